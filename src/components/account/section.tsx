import type { ReactNode } from "react";
import { Card, CardContent } from "../ui/card";

/** One part of the account, which a link can lead to. */
export const Section = ({
  id,
  title,
  intro,
  action,
  children,
}: {
  id: string;
  title: string;
  intro: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
}) => (
  <section id={id} aria-labelledby={`${id}-title`} className="flex scroll-mt-20 flex-col gap-4">
    <div className="flex flex-wrap items-center justify-between gap-3">
      <div className="min-w-0 max-w-2xl flex-1 basis-64">
        <h2 id={`${id}-title`} className="font-semibold text-lg">
          {title}
        </h2>
        <p className="text-muted-foreground text-sm">{intro}</p>
      </div>
      {action}
    </div>
    {children}
  </section>
);

/** What a part shows, on a card. */
export const SectionCard = ({ children }: { children: ReactNode }) => (
  <Card>
    <CardContent className="flex flex-col gap-5">{children}</CardContent>
  </Card>
);
