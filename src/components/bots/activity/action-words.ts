import { useLocale, useTranslations } from "next-intl";
import { z } from "zod";
import { showPath } from "#contracts/files";
import { useAccountWords } from "./account-words";
import { useAdminWords } from "./admin-words";

const actions = [
  "bot.create",
  "bot.update",
  "bot.delete",
  "bot.start",
  "bot.stop",
  "bot.restart",
  "bot.kill",
  "bot.cancelInstall",
  "bot.input",
  "bot.trust",
  "bot.panelReach",
  "dependency.check",
  "dependency.install",
  "dependency.remove",
  "dependency.cancel",
  "env.set",
  "env.import",
  "env.reveal",
  "env.export",
  "env.moveToken",
  "env.unset",
  "file.create",
  "file.write",
  "file.makeFolder",
  "file.move",
  "file.copy",
  "file.delete",
  "file.chmod",
  "file.restore",
  "file.purge",
  "file.download",
  "file.archive",
  "file.upload",
  "file.extract",
  "file.pack",
  "file.pull",
  "file.cancel",
  "log.download",
  "sftp.signIn",
  "sftp.refused",
  "sftp.files",
  "deploy.run",
  "deploy.redeploy",
  "deploy.cancel",
  "deploy.settings",
  "deploy.connect",
  "deploy.setToken",
  "deploy.removeToken",
  "deploy.makeKey",
  "deploy.makeHookSecret",
  "deploy.forgetHost",
  "member.add",
  "member.update",
  "member.remove",
  "member.leave",
  "invite.create",
  "invite.accept",
  "invite.revoke",
  "tag.put",
  "tag.take",
] as const;
/** What is counted over SFTP, see contracts/sftp.ts. */
const sftpDeeds = ["written", "read", "removed", "renamed", "foldersMade", "changed", "refused"] as const;
/** Paths that are named; of more there is only how many. */
const NAMED = 3;
const parts = ["name", "runtime", "entry", "settings"] as const;

// What entries carry beside their action; one written by a later version may carry something else.
const detail = z.object({
  source: z.string().catch(""),
  key: z.string().catch(""),
  name: z.string().catch(""),
  characters: z.number().catch(0),
  trusted: z.boolean().catch(false),
  changed: z.union([z.boolean(), z.array(z.string())]).catch(false),
  path: z.string().catch(""),
  paths: z.array(z.string()).catch([]),
  names: z.array(z.string()).catch([]),
  keys: z.array(z.string()).catch([]),
  from: z.string().catch(""),
  count: z.number().catch(0),
  to: z.string().catch(""),
  conflict: z.string().catch(""),
  mode: z.string().catch(""),
  via: z.string().catch(""),
  reach: z.string().catch(""),
  number: z.number().catch(0),
  commit: z.string().catch(""),
  local: z.string().catch(""),
  who: z.string().catch(""),
  by: z.string().catch(""),
  tag: z.string().catch("none"),
});

/** Says what was done in words. An action that has none shows its own name. */
export function useActionWords(): (entry: { action: string; detail: Record<string, unknown> }) => string {
  const t = useTranslations("activity");
  const locale = useLocale();
  const account = useAccountWords();
  const admin = useAdminWords();
  return ({ action, detail: raw }) => {
    const known = actions.find((each) => each === action);
    if (!known) return account({ action, detail: raw }) ?? admin({ action, detail: raw }) ?? action;
    const { source, key, characters, changed, trusted, ...file } = detail.parse(raw);
    const named = Array.isArray(changed) ? parts.filter((part) => changed.includes(part)) : [];
    const listOf = (words: readonly string[]) => new Intl.ListFormat(locale).format(words);
    const list = listOf((named.length > 0 ? named : (["settings"] as const)).map((part) => t(`part.${part}`)));
    const path = showPath(file.path);
    const more = file.count - NAMED;
    const some = (all: readonly string[]) =>
      listOf([...all.slice(0, NAMED).map(showPath), ...(more > 0 ? [t("others", { count: more })] : [])]);
    const paths = some(file.paths);
    const names = file.names.length > 0 ? some(file.names) : t("everything");
    const folderOf = (folder: string) => (folder === "" ? t("itsFolder") : showPath(folder));
    const to = folderOf(file.to);
    const overwrote = String(file.conflict === "overwrite");
    switch (known) {
      case "bot.create":
        return t("action.bot.create", { source }).trim();
      case "bot.update":
        return t("action.bot.update", { changed: list });
      case "bot.input":
        return t("action.bot.input", { characters });
      case "bot.panelReach":
        return t("action.bot.panelReach", { reach: file.reach });
      case "bot.trust":
        return t("action.bot.trust", { trusted: String(trusted) });
      case "dependency.install":
      case "dependency.remove":
        return t(`action.${known}`, { name: showPath(file.name) });
      case "env.set":
        return t("action.env.set", { key, changed: String(changed === true) });
      case "env.unset":
      case "env.reveal":
        return t(`action.${known}`, { key });
      case "env.moveToken":
        return t("action.env.moveToken", { key, path });
      case "env.import":
        return t("action.env.import", { keys: some(file.keys) });
      case "file.create":
      case "file.write":
      case "file.makeFolder":
      case "file.restore":
        return t(`action.${known}`, { path });
      case "file.move":
      case "file.copy":
        return t(`action.${known}`, { paths, to, overwrote });
      case "file.delete":
        return t("action.file.delete", { paths });
      case "file.chmod":
        return t("action.file.chmod", { path, mode: file.mode });
      case "file.download":
        return t("action.file.download", { path });
      case "file.archive":
        return t("action.file.archive", { names, to: folderOf(file.path) });
      case "file.upload":
        return t("action.file.upload", { names, to: folderOf(file.path), overwrote });
      case "file.extract":
        return t("action.file.extract", { path, to, overwrote });
      case "file.pack":
        return t("action.file.pack", { from: folderOf(file.from), path });
      case "file.pull":
        return t("action.file.pull", { source: showPath(source), to: folderOf(file.path), overwrote });
      case "deploy.run":
      case "deploy.redeploy":
        return t(`action.${known}`, {
          commit: file.commit.slice(0, 7) || "none",
          discard: String(file.local === "discard"),
        });
      case "deploy.cancel":
        return t("action.deploy.cancel", { number: file.number });
      case "member.add":
      case "member.update":
      case "member.remove":
      case "member.leave":
      case "invite.create":
      case "invite.accept":
      case "tag.put":
      case "tag.take":
        return t(`action.${known}`, { who: file.who, by: file.by, tag: file.tag });
      case "sftp.signIn":
        return t("action.sftp.signIn", { via: file.via });
      case "sftp.files": {
        const counts = sftpDeeds.map((deed) => [deed, z.number().catch(0).parse(raw[deed])] as const);
        const deeds = counts.flatMap(([deed, count]) => (count > 0 ? [t(`sftp.${deed}`, { count })] : []));
        return t("action.sftp.files", { deeds: listOf(deeds), paths });
      }
      case "log.download":
        return t("action.log.download", { source });
      default:
        return t(`action.${known}`);
    }
  };
}
