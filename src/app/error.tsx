"use client";

import { Broken } from "#components/layout/broken";

export default function RootError({ reset }: { error: Error; reset: () => void }) {
  return (
    <main className="mx-auto max-w-2xl p-6">
      <Broken again={reset} />
    </main>
  );
}
