import type { DeployConflict, DeployStatus } from "#contracts/deploy";
import { AppError, fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import type { Room } from "../files/quota";
import { asAppError, Cancelled, Closing, logged, type Making, NotRunning, type Steps } from "./making";
import { prepare } from "./prepare";
import { replace, settle } from "./replace";

const words = en.deployLog;

/** Makes a deploy. What it came to is its status; it rejects only with Closing, or with a bug. */
export async function make(making: Making): Promise<void> {
  const { record, desk, say, change } = making;
  const status = await outcomeOf(making);
  if (status.state === "failed") say(fill(words.failed, { message: logged(status) }));
  if (status.state === "cancelled") say(words.cancelled);
  // What is still to be put back is kept: the next deploy tries it again, or the next worker.
  const isOver = status.state === "done" || !record.journal;
  // Of what is here to stay current.json says so by now. It goes first: a full disk has room for the record then.
  if (isOver) await desk.shelf.tidy(record.number);
  await change({ status, endedAt: Date.now(), ...(isOver && { journal: undefined }) }, "power");
}

async function outcomeOf(making: Making): Promise<DeployStatus> {
  const { say, change } = making;
  const step: Steps = (name) => change({ status: { state: "running", step: name } }, "worker");
  let conflicts: DeployConflict[] | undefined;
  let room: Room | undefined;
  try {
    const ready = await prepare(making, step, (found) => {
      conflicts = found;
    });
    room = ready.room;
    await step("stop");
    say(words.stop);
    const ran = await making.supervisor.rest(making.botId, (resting) => replace(making, ready, resting, step));
    const bot = await settle(making, ready, ran, step);
    say(bot === "stopped" ? words.stopped : words.running);
    return { state: "done", bot, files: ready.changes.length };
  } catch (error) {
    return statusOf(making, error, conflicts);
  } finally {
    room?.close();
  }
}

function statusOf({ signal, desk }: Making, error: unknown, conflicts: DeployConflict[] | undefined): DeployStatus {
  if (signal.reason instanceof Closing) throw signal.reason;
  const told = ({ code, values, message }: AppError) => ({ code, values, message });
  if (error instanceof NotRunning) {
    const why = error.message.replace(/\.$/, "");
    return { state: "rolledBack", ...told(new AppError("deploy_not_running", { why })) };
  }
  if (!(error instanceof AppError) && (error instanceof Cancelled || signal.aborted)) return { state: "cancelled" };
  const failure = asAppError(error, desk.shelf.base);
  const found = failure.code === "deploy_conflict" ? conflicts : undefined;
  return { state: "failed", ...told(failure), ...(found && { conflicts: found }) };
}
