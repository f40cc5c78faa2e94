"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { toast } from "sonner";
import { Ago } from "../live/time";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { ConfirmDialog } from "../ui/confirm-dialog";
import { EmptyState } from "../ui/empty-state";
import { Section } from "./section";

/** Where the words of such a list are; each has the same ones. */
type Words = "apiKeys" | "account.sshKeys" | "account.passkeys";

type Props<One> = {
  id: string;
  words: Words;
  icon: ReactNode;
  initial: readonly One[];
  /** Its line, with what asks whether it is to be removed, and what takes it changed. */
  row: (one: One, ask: { toRemove: () => void; changed: (one: One) => void }) => ReactNode;
  /** The dialog that adds one. */
  adding: (done: { onAdded: (one: One) => void; onClose: () => void }) => ReactNode;
  remove: (one: One) => Promise<unknown>;
};

/** A part of the account that lists what lets one in, adds to it, and asks before it removes. */
export function OwnedList<One extends { id: string; name: string }>(props: Props<One>) {
  const { id, words, icon, initial, row, adding, remove } = props;
  const t = useTranslations(words);
  const [owned, setOwned] = useState(initial);
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<One | null>(null);
  const add = (
    <Button size="sm" onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      {t("add")}
    </Button>
  );
  const end = async (one: One) => {
    await remove(one);
    setOwned((now) => now.filter((other) => other.id !== one.id));
    toast.success(t("removed", { name: one.name }));
  };
  const changed = (one: One) => setOwned((now) => now.map((other) => (other.id === one.id ? one : other)));
  return (
    <Section id={id} title={t("title")} intro={t("intro")} action={owned.length > 0 ? add : null}>
      {owned.length === 0 ? (
        <EmptyState icon={icon} title={t("none")} description={t("noneHint")}>
          {add}
        </EmptyState>
      ) : (
        <Card>
          <CardContent className="p-2">
            <ul aria-label={t("list")}>{owned.map((one) => row(one, { toRemove: () => setLeaving(one), changed }))}</ul>
          </CardContent>
        </Card>
      )}
      {isAdding
        ? adding({ onAdded: (one) => setOwned((now) => [one, ...now]), onClose: () => setAdding(false) })
        : null}
      {leaving ? (
        <ConfirmDialog
          title={t("removeTitle", { name: leaving.name })}
          body={t("removeBody")}
          action={t("remove")}
          destructive
          onConfirm={() => end(leaving)}
          onClose={() => setLeaving(null)}
        />
      ) : null}
    </Section>
  );
}

/** When something of such a list was made and used last; `children` stand between. */
export function Uses({
  words,
  createdAt,
  lastUsedAt,
  from,
  children,
}: {
  words: Words;
  createdAt: number;
  lastUsedAt: number | null;
  /** From where it was used last, in words. */
  from?: string | null;
  children?: ReactNode;
}) {
  const t = useTranslations(words);
  return (
    <p className="text-muted-foreground text-xs">
      {t("made")} <Ago at={createdAt} /> · {children}
      {lastUsedAt === null ? (
        t("neverUsed")
      ) : (
        <>
          {t("used")} <Ago at={lastUsedAt} /> {from}
        </>
      )}
    </p>
  );
}

/** One line of such a list; `children` say more of it, `actions` change it. */
export const OwnedRow = ({
  name,
  badges,
  actions,
  children,
}: {
  name: string;
  badges?: ReactNode;
  actions: ReactNode;
  children: ReactNode;
}) => (
  <li className="flex flex-wrap items-start gap-3 rounded-md px-3 py-2.5">
    <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
      <p className="flex flex-wrap items-center gap-2 font-medium text-sm">
        <span className="wrap-anywhere">{name}</span>
        {badges}
      </p>
      {children}
    </div>
    {actions}
  </li>
);
