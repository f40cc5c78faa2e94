"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { keys } from "#client/queries";
import { useFailureText } from "#client/words";
import type { Stray } from "#contracts/api/strays";
import { StateBadge } from "../live/state-badge";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { ConfirmByName } from "../ui/confirm-by-name";
import { usePending } from "../ui/use-pending";

/** For an admin: bots that the worker has and no row names, and what to do about them. Nothing while there are none. */
export function Strays() {
  const t = useTranslations("fleet");
  // Who cannot read them now sees why at the bots themselves.
  const { data } = useQuery({ queryKey: keys.strays, queryFn: () => client.strays.list(), refetchInterval: 60_000 });
  const strays = data?.strays ?? [];
  if (strays.length === 0) return null;
  return (
    <Card className="mb-5 border-waiting/60">
      <CardContent className="flex flex-col gap-3">
        <h2 className="font-semibold">{t("strays", { count: strays.length })}</h2>
        <p className="text-muted-foreground text-sm">{t("straysBody")}</p>
        <ul className="flex flex-col gap-2">
          {strays.map((stray) => (
            <StrayRow key={stray.id} stray={stray} />
          ))}
        </ul>
      </CardContent>
    </Card>
  );
}

function StrayRow({ stray: { id, name, source, live } }: { stray: Stray }) {
  const t = useTranslations("fleet");
  const tDanger = useTranslations("settings.danger");
  const say = useFailureText();
  const queries = useQueryClient();
  const { pending, during } = usePending();
  const [asking, setAsking] = useState(false);
  const body = source.kind === "folder" ? tDanger("bodyFolder", { path: source.path }) : tDanger("body");

  async function settled(done: string) {
    toast.success(done);
    await Promise.all([keys.strays, keys.bots].map((queryKey) => queries.invalidateQueries({ queryKey })));
  }
  const adopt = () =>
    during(async () => {
      await client.strays.adopt({ strayId: id });
      await settled(t("adopted", { name }));
    });
  async function remove() {
    try {
      await client.strays.remove({ strayId: id });
    } catch (error) {
      toast.error(say(error));
      throw error;
    }
    await settled(tDanger("deleted", { name }));
  }
  return (
    <li className="flex flex-wrap items-center justify-between gap-3">
      <div className="min-w-0">
        <p className="wrap-anywhere font-medium">{name}</p>
        {live ? <StateBadge status={live.status} /> : null}
      </div>
      <div className="flex gap-2">
        <Button
          size="sm"
          variant="outline"
          pending={pending}
          aria-label={t("adoptNamed", { name })}
          onClick={() => void adopt()}
        >
          {t("adopt")}
        </Button>
        <Button size="sm" variant="destructive" aria-label={t("deleteNamed", { name })} onClick={() => setAsking(true)}>
          {t("delete")}
        </Button>
      </div>
      <ConfirmByName
        open={asking}
        onOpenChange={setAsking}
        name={name}
        title={tDanger("dialogTitle", { name })}
        description={body}
        action={tDanger("open")}
        onConfirm={remove}
      />
    </li>
  );
}
