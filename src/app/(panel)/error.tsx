"use client";

import { Broken } from "#components/layout/broken";

export default function PanelError({ reset }: { error: Error; reset: () => void }) {
  return <Broken again={reset} />;
}
