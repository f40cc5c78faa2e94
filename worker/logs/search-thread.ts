import { parentPort } from "node:worker_threads";
import { createMask } from "./mask";
import { createMembers } from "./members";
import { openRuns } from "./runs";
import { scan } from "./search";
import { type SearchAnswer, type SearchJob, searchJob } from "./search-job";
import { compile, NotAPattern } from "./search-pattern";

/*
 * The thread that searches logs, so that the worker's own goes on meanwhile. One slice at a time, each by itself: it reads what is on
 * the disk, writes nothing, and may be ended at any moment.
 */

/** What was unpacked for one slice is there for the next. */
const members = createMembers();

async function answer({ id, ...job }: SearchJob): Promise<SearchAnswer> {
  const begun = performance.now();
  try {
    const mask = createMask(job.secrets);
    const pattern = compile(job, mask);
    const look = await openRuns(job.botsDir, job.botId, job.source, members).look();
    return { id, found: await scan(look, { ...job, pattern, mask, until: begun + job.budgetMs }) };
  } catch (error) {
    if (error instanceof NotAPattern) return { id, refused: error.message };
    return { id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on("message", (asked: unknown) => {
  void answer(searchJob.parse(asked)).then((answered) => parentPort?.postMessage(answered));
});
