"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { client } from "#client/api";
import { keys } from "#client/queries";
import { useFailureText } from "#client/words";
import type { SftpReport } from "#contracts/sftp";
import { Button } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from "../ui/dialog";
import { Skeleton } from "../ui/skeleton";
import { useFiles } from "./context";

/** How to reach the bot's files with an SFTP program: where, as whom, and what to paste. */
export function SftpDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("sftp");
  const say = useFailureText();
  const { data, error } = useQuery({
    queryKey: keys.sftp,
    queryFn: async () => {
      const [{ node }, me] = await Promise.all([client.panel.node(), client.account.me()]);
      return { sftp: node.sftp, email: me.email ?? me.name };
    },
    staleTime: 0,
  });
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent className="max-w-2xl">
        <DialogHeader>
          <DialogTitle>{t("title")}</DialogTitle>
          <DialogDescription>{t("intro")}</DialogDescription>
        </DialogHeader>
        {error ? <p role="alert">{say(error)}</p> : null}
        {data ? <Ways {...data} /> : error ? null : <Skeleton className="h-48" />}
        <DialogFooter>
          <Button asChild variant="outline">
            <Link href="/account">{t("keys")}</Link>
          </Button>
          <Button onClick={onClose}>{t("close")}</Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}

const isLocal = (host: string): boolean => ["127.0.0.1", "::1", "localhost"].includes(host);

function Ways({ sftp, email }: { sftp: SftpReport; email: string }) {
  const t = useTranslations("sftp");
  const { botId } = useFiles();
  if (sftp.state === "off") return <p>{t("off")}</p>;
  if (sftp.state === "failed") return <p role="alert">{t("failed", { port: sftp.port, why: sftp.why })}</p>;
  const { port } = sftp;
  const page = window.location.hostname;
  const tunnelled = isLocal(sftp.host) && !isLocal(page);
  const host = isLocal(sftp.host) ? "127.0.0.1" : page;
  const user = `${email}.${botId}`;
  const bare = host.includes(":") ? `[${host}]` : host;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {tunnelled ? (
        <p className="wrap-anywhere rounded-lg bg-secondary p-3 text-sm">
          {t("local", { command: `ssh -L ${port}:127.0.0.1:${port} ${page}` })}
        </p>
      ) : null}
      <dl className="grid gap-3 sm:grid-cols-2">
        <Fact name={t("host")} value={host} />
        <Fact name={t("port")} value={String(port)} />
        <Fact name={t("user")} value={user} wide />
        <Fact name={t("fingerprint")} value={sftp.fingerprint} help={t("fingerprintHelp")} wide />
      </dl>
      <dl aria-label={t("commands")} className="grid gap-3">
        <Fact name={t("sftp")} value={`sftp -P ${port} '${user}@${bare}'`} wide />
        <Fact name={t("sshfs")} value={`sshfs -p ${port} '${user}@${bare}:/' ./${botId}`} wide />
        <Fact name={t("address")} value={`sftp://${encodeURIComponent(user)}@${bare}:${port}/`} wide />
      </dl>
    </div>
  );
}

function Fact({ name, value, help, wide = false }: { name: string; value: string; help?: ReactNode; wide?: boolean }) {
  const t = useTranslations("sftp");
  return (
    <div className={wide ? "min-w-0 sm:col-span-full" : "min-w-0"}>
      <dt className="text-muted-foreground text-xs">{name}</dt>
      <dd className="flex items-center gap-1">
        <code className="wrap-anywhere min-w-0 flex-1 text-sm">{value}</code>
        <CopyButton text={value} label={t("copy", { what: name })} />
      </dd>
      {help ? <dd className="text-muted-foreground text-xs">{help}</dd> : null}
    </div>
  );
}
