import type { BotId } from "#contracts/bot";
import type { Closer } from "./closer";
import type { Confinement } from "./isolation";

/** How a run ended as far as it was recorded; `recorded` is false when nothing wrote the exit down. */
export type RawExit = {
  code: number | null;
  signal: string | null;
  at: number;
  recorded: boolean;
  /** The kernel ended something of it because its control group was over a limit. Absent: it says nothing of that. */
  limit?: "memory" | "processes";
};

/** What to launch. Nothing here ever reaches a shell as text. */
export type LaunchSpec = {
  botId: BotId;
  run: number;
  /** The run's folder, made by the launcher: pid, start, exit, in (FIFO), out.log. */
  runDir: string;
  cwd: string;
  /** Program (absolute) and arguments. */
  argv: readonly [string, ...string[]];
  /** The whole environment; the marker BOTYARD_BOT=<bot>:<run> is added. */
  env: Readonly<Record<string, string>>;
  /** How it is kept apart; absent: not at all. */
  confinement?: Confinement;
};

/** A run that is alive: just launched, or adopted after a restart of the worker. */
export interface LiveRun {
  readonly botId: BotId;
  readonly run: number;
  /** The bot's own pid, not the recording shell's. */
  readonly pid: number;
  readonly startedAt: number;
  readonly adopted: boolean;
  /** Settles once, when the bot itself is gone. Its other processes may still live: killTree. */
  readonly exited: Promise<RawExit>;
  /** Sends a signal to the bot's process group. */
  signal(name: NodeJS.Signals): void;
  /** Kills every process the run ever made and settles when none is left. */
  killTree(): Promise<void>;
  /** Writes to its input. Fails with AppError input_not_read when the 64 KB of the FIFO are full. */
  send(text: string): Promise<void>;
  /** Pids of the whole tree now, for the monitor. */
  pids(): readonly number[];
}

/** What was found of a bot's runs when the worker came up. */
export type Found =
  | { kind: "alive"; live: LiveRun }
  | { kind: "ended"; run: number; startedAt: number; exit: RawExit; rebooted: boolean }
  | { kind: "nothing" };

export interface Processes {
  /** Refuses (AppError command_refused) when a copy of the bot is alive. */
  launch(spec: LaunchSpec): Promise<LiveRun>;
  /** Looks at the newest run folders of a bot; ends or adopts what lives; never leaves two. `runsDir` is bots/<id>/runs. */
  find(botId: BotId, runsDir: string): Promise<Found>;
  /** How a run that is over ended, by what lies in its folder. When nobody took that down, `at` is when its log was last touched. */
  past(botId: BotId, run: number, runDir: string): RawExit;
  /** Kills whatever carries the bot's marker, of any run. */
  killAll(botId: BotId): Promise<void>;
  close: Closer;
}
