import type { BotDefinition, BotId } from "#contracts/bot";
import type { DeployStep } from "#contracts/deploy";
import { AppError, type Values } from "#contracts/errors";
import { en } from "#contracts/words/en";
import type { BotFiles } from "../files/index";
import type { Room } from "../files/quota";
import { refusalOfDisk } from "../files/refusals";
import type { Remote } from "../git/access";
import type { Supervisor } from "../ports/index";
import type { Clock } from "../supervisor/clock";
import type { Change } from "./compare";
import type { Desk } from "./desk";
import type { Step } from "./place";
import type { Record } from "./record";

/** What one deploy is made with. */
export type Making = {
  botId: BotId;
  definition: BotDefinition;
  desk: Desk;
  files: BotFiles;
  supervisor: Pick<Supervisor, "rest" | "get" | "onChange">;
  /** Looks at its host and allows it. AppErrors of git. */
  remote(): Promise<Remote>;
  record: Record;
  clock: Pick<Clock, "after">;
  /** Aborted with a Cancelled, or with a Closing. */
  signal: AbortSignal;
  /** Changes the record and tells of it. `lasting`: as writeAtomic. */
  change(news: Partial<Record>, lasting?: "power" | "worker"): Promise<void>;
  /** Adds a line to its log, if there is room. */
  say(line: string): void;
  /** Tells whoever minds the worker. */
  complain(line: string): void;
  /** One call of git of this bot at a time. */
  alone<T>(work: () => Promise<T>): Promise<T>;
};

/** A person called it off. */
export class Cancelled extends Error {}
/** The worker ends: the next one puts back what is to be put back. */
export class Closing extends Error {}

/** The bot did not run with the new commit. */
export class NotRunning extends Error {}

/** Writes down that a step begins. */
export type Steps = (name: DeployStep) => Promise<void>;

/** What is to be placed. `room`: for what it brings, until that lies among the bot's files. */
export type Ready = { to: string; branch: string; changes: Change[]; steps: Step[]; room: Room };

/** Bytes and names that are more afterwards. */
export function amountOf(changes: readonly Change[]): [number, number] {
  let [bytes, names] = [0, 0];
  for (const { put, had, sizeBefore } of changes) {
    bytes += (put?.size ?? 0) - sizeBefore;
    names += Number(put !== null) - Number(had);
  }
  return [bytes, names];
}

/** Why it ends, for its log. */
export function errorText(error: unknown): string {
  if (error instanceof Cancelled) return en.deployLog.cancelled;
  if (error instanceof AppError) return logged(error);
  return error instanceof Error ? error.message : String(error);
}

/** A refusal as the log says it: without the files that are in the way, of which each has a line of its own there (see seen.ts). */
export const logged = ({ code, values, message }: { code: string; values: Values; message: string }): string =>
  code === "deploy_conflict" ? new AppError(code, { ...values, paths: "…" }).message : message;

/** What went wrong, as it is told; `path`: where nothing could be written. */
export function asAppError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  return refusalOfDisk(error, path) ?? new AppError("deploy_failed", { detail: errorText(error).slice(0, 300) });
}
