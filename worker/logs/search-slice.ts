import { compile } from "../search/pattern";
import { bareText } from "./bare";
import { createMask } from "./mask";
import { createMembers } from "./members";
import { openRuns } from "./runs";
import { scan } from "./search";
import type { LogFound, LogJob } from "./search-job";

/** What was unpacked for one slice is there for the next. */
const members = createMembers();

/** Looks through a log for about as long as it may. */
export async function searchLogSlice(
  { botsDir, botId, source, secrets, ...job }: LogJob,
  budgetMs: number,
): Promise<LogFound> {
  const until = performance.now() + budgetMs;
  const mask = createMask(secrets);
  const pattern = compile(job, (text) => bareText(mask(text)));
  const look = await openRuns(botsDir, botId, source, members).look();
  return scan(look, { ...job, pattern, mask, until });
}
