import type { DeploySettings } from "#contracts/git";
import { joinCommand, splitCommand } from "./argv";

/** The form of how a bot is deployed, as typed. */
type Form = { branch: string; build: string; watch: string };

/** What was changed in the form and is not saved yet: all else is shown, and stays, as it is saved, also by somebody else. */
export type SetupDraft = Partial<Form>;

/** The form as it is shown. */
export const formOf = ({ branch, build, watchSeconds }: DeploySettings, draft: SetupDraft): Form => ({
  branch,
  build: joinCommand(build),
  watch: String(watchSeconds),
  ...draft,
});

/** What a draft changes, and which of its answers cannot be taken. */
export function readDraft({ branch, build, watch }: SetupDraft) {
  const part: Partial<DeploySettings> = {};
  const argv = build === undefined ? undefined : splitCommand(build);
  const seconds = watch === undefined ? undefined : secondsOf(watch);
  if (branch !== undefined) part.branch = branch;
  if (argv) part.build = argv;
  if (typeof seconds === "number") part.watchSeconds = seconds;
  return { part, wrong: { build: argv === null, watch: seconds === null } };
}

const secondsOf = (typed: string): number | null =>
  /^\d{1,3}$/.test(typed.trim()) && Number(typed) <= 600 ? Number(typed) : null;
