import type { ReactNode } from "react";
import { Brand } from "../layout/brand";
import { Card, CardContent } from "../ui/card";

/** The frame of the pages before the sign-in. */
export const AuthCard = ({
  title,
  description,
  children,
}: {
  title: string;
  description: string;
  children: ReactNode;
}) => (
  <main className="flex min-h-dvh flex-col items-center justify-center gap-8 p-4">
    <Brand />
    <Card className="w-full max-w-sm">
      <CardContent className="flex flex-col gap-6 p-6">
        <div className="flex flex-col gap-1.5">
          <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
          <p className="text-muted-foreground text-sm">{description}</p>
        </div>
        {children}
      </CardContent>
    </Card>
  </main>
);
