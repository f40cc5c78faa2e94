import type { Writable } from "node:stream";
import type {
  BotDefinition,
  BotId,
  BotIsolation,
  BotLimits,
  BotLive,
  BotRun,
  BotSample,
  BotSource,
  LogPolicy,
  RuntimeName,
} from "#contracts/bot";
import type {
  DependencyLog,
  DependencyView,
  DependencyWork,
  PackageManager,
  PackageRequest,
} from "#contracts/dependencies";
import type {
  Deploy,
  DeployCause,
  DeployLog,
  DeployRequest,
  DeployState,
  WebhookAnswer,
  WebhookPush,
} from "#contracts/deploy";
import type { EventName, EventPayload } from "#contracts/events";
import type { FileFind, FileHits, FileNames, FileSearch, TokenLines, TokenSearch } from "#contracts/file-search";
import type {
  FileContent,
  FileMove,
  FileResult,
  FileUsage,
  FileVersion,
  FileWrite,
  FolderPage,
  FolderQuery,
  TrashEntry,
} from "#contracts/files";
import type { HostSample, IsolationReport } from "#contracts/host";
import type { Detection, GitBranches, ImportKeep, ImportRequest, ImportView, KeptImport } from "#contracts/import";
import type { LogCursor, LogHits, LogLine, LogPage, LogQuery, LogRange, LogSearch, LogSource } from "#contracts/log";
import type { Command } from "#contracts/process";
import type { SftpReport } from "#contracts/sftp";
import type {
  ArchiveFormat,
  ArchivePreview,
  ExtractRequest,
  PackRequest,
  PullRequest,
  Selection,
  TakenPlace,
  TakenRequest,
  TransferView,
  UploadChoice,
  UploadRequest,
  UploadView,
} from "#contracts/transfer";

/** Ends what was opened; safe to call twice. */
export type Closer = () => void | Promise<void>;

/*
 * What the parts of the worker promise each other. main.ts builds them and hands them to one another;
 * none imports another's inside.
 *
 *   rpc ──▶ supervisor ──▶ runtimes (describe) + install (prepare) + process (launch, adopt, kill)
 *    │          │
 *    │          └──▶ publish ──▶ gateway ──▶ browsers
 *    └──▶ imports, logs, files
 */

// ---- process: one run of one bot, as the operating system sees it ----

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

// ---- isolation: how bots are kept apart; it describes, process carries out ----

/** How one run is kept apart from the rest of the machine. */
export type Confinement = BotIsolation & {
  /**
   * Command line that the run's own is appended to: `bwrap … -- setpriv … --` and the like; empty for level none. With kill means
   * `namespace`, what it starts is number 1 in a space of process numbers of its own, and ends everything in it by ending.
   */
  wrap: readonly string[];
  /** Folders of the run's control groups, made already: its first process enters each before it becomes the bot. */
  groups: readonly string[];
  /** For `ulimit`: files one process may hold open (0: leave), and the size a single file may reach, bytes (0: leave). */
  openFiles: number;
  fileBytes: number;
};

/** What is to be confined: a run of a bot, or the installing of its dependencies (which is other people's code as well). */
export type Confining = {
  botId: BotId;
  run: number;
  folders: BotFolders;
  limits: BotLimits;
  /** Folders outside the bot's own that it must read to run at all (its interpreter). */
  reads: readonly string[];
};

export interface Isolation {
  /** What this machine can do, probed once. */
  readonly report: IsolationReport;
  /** What a bot's next run would get. A folder on the server that belongs to root cannot be given a user of its own. */
  of(botId: BotId, folders: BotFolders): BotIsolation;
  /** Makes ready what a run needs (user, ownership of its files, groups) and describes it. Idempotent. AppError disk_unwritable. */
  confine(request: Confining): Promise<Confinement>;
  /** The groups of a run, whether they exist or not: also those of a run that an earlier worker made. */
  groupsOf(botId: BotId, run: number): readonly string[];
  /** What the kernel had to do in them: undefined when nothing, or when it does not tell. */
  limitHit(botId: BotId, run: number): "memory" | "processes" | undefined;
  /** Removes the groups of a run whose processes are gone; what is still in use is left for the next time. */
  release(botId: BotId, run: number): void;
}

// ---- runtimes: describe how a kind of bot is run ----

export type BotFolders = {
  /** bots/<id> */
  root: string;
  /** Where the code lies: bots/<id>/files, or the folder on the server. */
  files: string;
  /** bots/<id>/venv */
  venv: string;
  /** bots/<id>/runs */
  runs: string;
};

/** A runtime driver describes; the supervisor does. */
export interface Driver {
  readonly name: RuntimeName;
  /** The version on this machine, or null when it is not installed. */
  probe(): Promise<string | null>;
  /** Whether a file name can be an entry of this runtime. */
  fits(entry: string): boolean;
  /** How to install its dependencies; null when there is nothing to install. AppError manifest_unreadable for a broken manifest. */
  prepare(folders: BotFolders): Promise<InstallPlan | null>;
  /** Program, arguments and extra environment (PATH …) for the entry file. AppError runtime_unavailable. */
  launch(folders: BotFolders, entry: string, args: readonly string[]): Promise<Launch>;
}

/** How a driver runs an entry: `reads` are the folders of its interpreter, for a bot that sees nothing else. */
export type Launch = Pick<LaunchSpec, "argv" | "env"> & { reads: readonly string[] };

/** Steps that install a bot's dependencies; run in order, each without a shell. */
export type InstallPlan = {
  /** For people: "npm ci", "pip". */
  tool: string;
  /** Hash of what decides the outcome (lockfile, manifest, runtime version): unchanged means skip. */
  hash: string;
  /** False: what it would install is not there at all, so that an unchanged hash is no reason to skip. */
  present?: boolean;
  /** Folders outside the bot's own that its steps must read. */
  reads?: readonly string[];
  steps: readonly { argv: readonly [string, ...string[]]; cwd: string; env: Readonly<Record<string, string>> }[];
};

export type InstallOutcome = { ok: true; ms: number } | { ok: false; cancelled: boolean; lastLines: readonly string[] };

export interface Installer {
  /** Runs the plan, its output appended to `logFile`; aborting kills the whole tree of it. */
  run(
    botId: BotId,
    plan: Pick<InstallPlan, "steps">,
    options: { logFile: string; signal: AbortSignal; confinement?: Confinement },
  ): Promise<InstallOutcome>;
  /** Runs one step for what it prints, in the same way; `code` is null when it was ended or not started. */
  ask(
    botId: BotId,
    step: Step,
    options: { signal: AbortSignal; confinement?: Confinement },
  ): Promise<{ code: number | null; out: string; err: string }>;
  /** Ends what an install of a bot left behind that nobody waits for any more. */
  sweep(botId: BotId): Promise<void>;
}

/** One package in or out; what may be named was judged before. */
export type PackageChange = { kind: "install" | "remove"; name: string; range: string };

export type Step = InstallPlan["steps"][number];

/** How single packages are taken in and out, and what their manager is asked about them. Describes, as a driver does. */
export interface PackageChanges {
  /** `whole`: all that the manifest asks for is there afterwards. AppError runtime_unavailable, manifest_unreadable. */
  change(
    folders: BotFolders,
    change: PackageChange,
  ): Promise<{ tool: string; whole: boolean; reads: readonly string[]; steps: readonly Step[] }>;
  /** Steps whose output answers, or why there is none. */
  questions(folders: BotFolders): Promise<{
    manager: PackageManager;
    reads: readonly string[];
    questions: readonly PackageQuestion[];
  }>;
}
export type PackageQuestion = { about: "outdated" | "vulnerable" } & ({ step: Step } | { why: "unsaid" | "lockfile" });

// ---- supervisor ----

/** The secret values of a bot's variables in the clear, as of a revision of its definition. */
export type Secrets = { revision: number; values: () => readonly string[] };

/** The present of a bot without its samples, which the monitor holds. */
export type Supervised = Omit<BotLive, "samples">;

/** A bot whose packages are being changed; `installed` is the hash of the plan that was last carried out. */
export type Repacking = { definition: BotDefinition; folders: BotFolders; installed: string | undefined };
/** A bot that has been ended, for as long as something is done to its files. */
export type Resting = {
  /** Whether it was alive until now. */
  ran: boolean;
  /** Installs what its files ask for now, if that changed; output goes to `logFile`. */
  install(options: { logFile: string; signal: AbortSignal }): Promise<Made>;
  /** Runs the build command of its definition, if there is one. */
  build(options: { logFile: string; signal: AbortSignal }): Promise<Made>;
  /** Has it built again before its next start, or not. */
  rebuild(due: boolean): Promise<void>;
};

/** How installing or building went; `last` is the line that tells most. */
export type Made = { ok: true } | { ok: false; cancelled: boolean; last: string };

export interface Supervisor {
  /** Adopts, finishes and starts what the disk says; resolves when every bot is known. */
  boot(): Promise<void>;
  /** Stores a definition (with `filesFrom`, moves that folder in first). AppError disk_unwritable. */
  put(definition: BotDefinition, filesFrom?: string): Promise<Supervised>;
  remove(botId: BotId): Promise<void>;
  /** AppError not_found, command_refused. Answers once the intent is on disk. */
  command(botId: BotId, command: Command): Promise<Supervised>;
  /**
   * Ends a bot and keeps it from starting while `work` has its files; then starts it, if it is wanted by then. Settles once that start is made.
   * AppError not_found, start_budget_spent: then nothing was done.
   */
  rest<T>(botId: BotId, work: (resting: Resting) => Promise<T>): Promise<T>;
  definition(botId: BotId): BotDefinition | undefined;
  cancelInstall(botId: BotId): Promise<void>;
  send(botId: BotId, text: string): Promise<void>;
  /** Settles once it is known whether there is such a bot and what became of it: at once, but while the worker comes up. */
  awake(botId: BotId): Promise<void>;
  get(botId: BotId): Supervised | undefined;
  ids(): readonly BotId[];
  /** Newest first; those before the run `before`. */
  runs(botId: BotId, limit: number, before?: number): Promise<BotRun[]>;
  /** The live run of a bot, for the monitor. */
  liveRun(botId: BotId): LiveRun | undefined;
  /** What the monitor measured: a run over a limit that the kernel does not hold is ended. */
  measured(botId: BotId, sample: BotSample): void;
  /** A bot's secret values, opened only when `values` is asked; one that cannot be opened is left out. Never to be logged. */
  secrets(botId: BotId): Secrets | undefined;
  /** Its variables in the clear, or one of them, for who may see them. Never to be logged. AppError not_found, env_sealed_elsewhere. */
  reveal(botId: BotId, key?: string): Record<string, string>;
  /** How much of its log is kept, as its definition says now. */
  logPolicy(botId: BotId): LogPolicy | undefined;
  /** Where its files lie and what they may take, as its definition says now. */
  filesOf(botId: BotId): { folders: BotFolders; limits: BotLimits } | undefined;
  definitionOf(botId: BotId): BotDefinition | undefined;
  /**
   * Does something to a bot's packages while none of its starts is being prepared, in its turn among all installs; a start waits for
   * it. `begun` is told when it is its turn. What is known to be installed is forgotten meanwhile; `work` says what is by then (null:
   * nobody knows). False: called off before its turn came. AppError not_found.
   */
  repack(botId: BotId, signal: AbortSignal, work: (bot: Repacking) => Promise<string | null>): Promise<boolean>;
  /** Every change; null when removed. */
  onChange(listener: (botId: BotId, now: Supervised | null) => void): Closer;
  /** Leaves every bot running. */
  close: Closer;
}

// ---- logs ----

/** Every line that leaves here has its bot's secrets masked, and whatever is shaped like a Discord token. */
export interface Logs {
  /**
   * New lines of the bot, whatever run they are of, from `after` (or from now) on, in order, none twice, none missed. With
   * `skipBeyond`, a follower that is more than so many bytes behind jumps to the newest lines and hears how many it `missed`.
   */
  follow(
    botId: BotId,
    source: LogSource,
    after: LogCursor | undefined,
    listener: (lines: LogLine[], missed: number) => void,
    options?: { skipBeyond?: number },
  ): Closer;
  /** The run of the bot that is alive now (null: none): its lines get their times from here on, watched or not. */
  stamp(botId: BotId, run: number | null, policy?: LogPolicy): void;
  read(botId: BotId, query: LogQuery): Promise<LogPage>;
  /** For a line that came another way: the text with the bot's secrets masked. */
  mask(botId: BotId, text: string): string;
  /** The last lines of one run as text, newest last. */
  tail(botId: BotId, run: number, source: LogSource, lines: number): Promise<string[]>;
  /** Answers within about half a second with what was found so far, newest first. AppError bad_input for a pattern that is none. */
  search(botId: BotId, search: LogSearch): Promise<LogHits>;
  /** A stretch of the log as text, a piece at a time, as fast as it is taken. */
  file(botId: BotId, range: LogRange): AsyncIterable<string>;
  /** Removes the oldest beyond the bounds: whole runs, and of the newest its oldest part. */
  prune(botId: BotId, policy: LogPolicy): Promise<void>;
  close: Closer;
}

// ---- gateway ----

/** The live connections of browsers. */
export interface Gateway {
  /** Tells every viewer of the event's topics whose ticket carries its permission. */
  publish<Name extends EventName>(name: Name, payload: EventPayload<Name>): void;
  /** Closes every socket of a person, or of these sessions of theirs, and refuses the tickets that were given for them before. */
  drop(userId: string, sessionIds?: readonly string[]): void;
  /** Closes every socket, and refuses the tickets that were given before. */
  dropAll(): void;
  close: Closer;
}

// ---- sftp ----

/** A bot's files for SFTP clients. */
export interface Sftp {
  /** Asks the web whether those who are connected still may be, all or one person's, and ends who may not. */
  check(userId?: string): Promise<void>;
  report(): SftpReport;
  close: Closer;
}

// ---- monitor ----

export interface Monitor {
  samples(botId: BotId): BotSample[];
  host(): HostSample[];
  onBot(listener: (botId: BotId, sample: BotSample) => void): Closer;
  onHost(listener: (sample: HostSample) => void): Closer;
  close: Closer;
}

// ---- imports ----

export interface Imports {
  /** `anywhere`: a folder need not be listed. `keep`: what git is let in with. */
  create(
    owner: string,
    request: ImportRequest,
    options?: { anywhere?: boolean; keep?: ImportKeep },
  ): Promise<ImportView>;
  get(owner: string, importId: string): KeptImport;
  /** Tries a failed import by git again. AppError import_not_ready for any other. */
  retry(owner: string, importId: string): Promise<ImportView>;
  branches(url: string, keep?: ImportKeep): Promise<GitBranches>;
  chunk(
    owner: string,
    importId: string,
    file: number,
    offset: number,
    body: AsyncIterable<Uint8Array>,
  ): Promise<ImportView>;
  finish(owner: string, importId: string): Promise<ImportView>;
  cancel(owner: string, importId: string): Promise<void>;
  /**
   * For a new bot: the staged folder (absent for a folder source), what was found, and the host keys that were seen (by ssh); the import is
   * gone afterwards. AppError import_not_ready.
   */
  take(importId: string): { folder?: string; source: BotSource; detection: Detection; hostKeys?: string };
  close: Closer;
}

// ---- deploys ----

/** Newer and earlier commits for bots whose files came from git. AppError not_found, deploy_not_git, and what each says. */
export interface Deploys {
  /** Begins what waited when an earlier worker ended. */
  boot(): Promise<void>;
  /** `fetch`: asks the repository first. */
  state(botId: BotId, fetch: boolean): Promise<DeployState>;
  list(botId: BotId): Promise<Deploy[]>;
  get(botId: BotId, number: number): Promise<Deploy>;
  log(botId: BotId, number: number, after: number): Promise<DeployLog>;
  /** Settles once it is written down; it is made when it is its turn. AppError deploy_busy, worker_away, disk_unwritable. */
  start(botId: BotId, request: DeployRequest, cause: DeployCause): Promise<Deploy>;
  /** Settles when it has ended. */
  cancel(botId: BotId, number: number): Promise<Deploy>;
  /** AppError webhook_refused, webhook_replayed. */
  webhook(botId: BotId, push: WebhookPush): Promise<WebhookAnswer>;
  /** Takes over the host keys that the import of a new bot saw: its deploys go to that host and to no other. */
  knowHost(botId: BotId, hostKeys: string): Promise<void>;
  forgetHost(botId: BotId): Promise<void>;
  /** Ends what is under way of a bot that is about to be removed. */
  forget(botId: BotId): Promise<void>;
  /** Every step of every deploy. */
  onChange(listener: (deploy: Deploy) => void): Closer;
  /** A log has grown to `end` bytes; told a few times a second at most. */
  onLog(listener: (botId: BotId, number: number, end: number) => void): Closer;
  close: Closer;
}

// ---- files ----

/**
 * The files of a bot, for whoever may see them. Paths are a client's: every one goes through the jail. A refusal is an AppError:
 * path_unsafe, file_missing, file_not_folder, file_special, file_exists, file_changed, files_over_quota, disk_unwritable.
 */
/** What may be done with the files of bots. */
export interface FileActions {
  list(botId: BotId, query: FolderQuery): Promise<FolderPage>;
  read(botId: BotId, path: string): Promise<FileContent>;
  /** What is written over is kept in the history under the author's name. */
  write(botId: BotId, write: FileWrite, author: string, redact?: readonly string[]): Promise<FileContent>;
  makeFolder(botId: BotId, path: string): Promise<void>;
  move(botId: BotId, move: FileMove): Promise<FileResult[]>;
  /** Into the trash. */
  remove(botId: BotId, paths: readonly string[]): Promise<FileResult[]>;
  setMode(botId: BotId, path: string, mode: number): Promise<void>;
  usage(botId: BotId): Promise<FileUsage>;
  trash(botId: BotId): Promise<TrashEntry[]>;
  restore(botId: BotId, trashId: string): Promise<string>;
  purge(botId: BotId): Promise<void>;
  history(botId: BotId, path: string): Promise<FileVersion[]>;
  version(botId: BotId, path: string, versionId: string): Promise<string>;
}

export interface Files extends FileActions {
  /** The same for somebody for whom paths of these patterns do not exist: AppError file_missing, file_holds_hidden. */
  hiding(hidden: readonly string[]): FileActions;
  close: Closer;
}

/**
 * Looking through the files of a bot, in a thread of its own. Each answers within about half a second with what was found so far.
 * AppError path_unsafe, file_missing, file_not_folder for the folder to look in; too_many_tries, search_too_slow.
 */
export interface FileSearches {
  /** AppError bad_input for a pattern that is none. */
  search(botId: BotId, search: FileSearch, hidden: readonly string[]): Promise<FileHits>;
  find(botId: BotId, search: FileFind, hidden: readonly string[]): Promise<FileNames>;
  tokens(botId: BotId, search: TokenSearch, hidden: readonly string[]): Promise<TokenLines>;
  close: Closer;
}

// ---- dependencies ----

/** What bots need and what is installed of it. Refusals: AppError dependency_*, not_found, manifest_unreadable, runtime_unavailable. */
export interface Dependencies {
  /** Reads files and runs nothing. */
  list(botId: BotId): Promise<DependencyView>;
  log(botId: BotId, from: number): Promise<DependencyLog>;
  /** Asks the package manager; settles once it is under way, as the changes do. */
  check(botId: BotId): Promise<DependencyWork>;
  /** `start`: the bot is started when it is done. `author` is remembered with a manifest that is written over. */
  install(botId: BotId, request: PackageRequest, how: { start: boolean; author: string }): Promise<DependencyWork>;
  remove(botId: BotId, name: string, author: string): Promise<DependencyWork>;
  cancel(botId: BotId): Promise<DependencyWork>;
  /** Ends what an earlier worker left half done, and says so. */
  boot(): Promise<void>;
  close: Closer;
}

// ---- transfers: bytes on their way into and out of a bot's files ----

/** What Range and If-Range say, as they came. */
export type WantedPart = { range?: string; ifRange?: string };

/** Says how an answer begins, and where its bytes go. */
export type Begin = (status: 200 | 206 | 416, headers: Record<string, string | number>) => Writable;

/** As `Files`: every path goes through the jail, and a refusal is an AppError. */
/** What may be done with bytes on their way into the files of bots, and out of them. */
export interface TransferActions {
  /** Sends a file or a part of it; settles when all is sent or the other side is gone. */
  file(botId: BotId, path: string, wanted: WantedPart, begin: Begin): Promise<void>;
  /** Sends things of a folder as they are packed. */
  archive(botId: BotId, selection: Selection, format: ArchiveFormat, begin: Begin): Promise<void>;
  /** Announces files: AppError file_exists, files_over_quota, transfer_busy. A transfer is its owner's: transfer_gone for all others. */
  upload(botId: BotId, owner: string, request: UploadRequest): Promise<UploadView>;
  /** The owner's uploads that wait for more, those that an earlier worker began as well. */
  uploads(botId: BotId, owner: string): Promise<TransferView[]>;
  uploadState(botId: BotId, owner: string, transferId: string): Promise<UploadView>;
  /** The next chunk of a file. AppError upload_out_of_order, upload_too_long, chunk_too_big. */
  chunk(botId: BotId, owner: string, chunk: UploadChunk): Promise<TransferView>;
  /** Gives the files their names. AppError upload_incomplete, file_exists: then it waits as before. */
  finish(botId: BotId, owner: string, transferId: string, choice: UploadChoice): Promise<TransferView>;
  /** Which files of an upload would take the place of something. */
  taken(botId: BotId, request: TakenRequest): Promise<TakenPlace[]>;
  /** What extracting would write. AppError archive_unsafe, archive_unreadable, archive_too_big, as extracting itself; archive_slow, transfer_busy. */
  preview(botId: BotId, request: Pick<ExtractRequest, "path" | "to">): Promise<ArchivePreview>;
  /** Extracts an archive, all of it or nothing; how that ended is told by its state. */
  extract(botId: BotId, by: BegunBy, request: ExtractRequest): Promise<TransferView>;
  /** What this Node packs and extracts. */
  formats(): ArchiveFormat[];
  /** AppError archive_needs_node. */
  pack(botId: BotId, by: BegunBy, request: PackRequest): Promise<TransferView>;
  /** Fetches a file from an address: AppError pull_address, path_unsafe. How it ended is told by its state. */
  pull(botId: BotId, by: BegunBy, request: PullRequest): Promise<TransferView>;
  state(botId: BotId, owner: string, transferId: string): Promise<TransferView>;
  cancel(botId: BotId, owner: string, transferId: string): Promise<void>;
}

export interface Transfers extends TransferActions {
  /** The same for somebody for whom paths of these patterns do not exist: AppError file_missing. */
  hiding(hidden: readonly string[]): TransferActions;
  /** Asks the web what a person still may, and ends what they have under way and may not any more. */
  check(userId: string): Promise<void>;
  /** Ends all that a bot has under way, before it is removed. */
  forget(botId: BotId): Promise<void>;
  /** Places what an earlier worker was placing when it died. */
  boot(): Promise<void>;
  close: Closer;
}

/** Whose a transfer is that goes on by itself, and by which API key it was begun. */
export type BegunBy = { owner: string; keyId?: string };

/** A piece of a file of an upload; the file by its number in the announcement. */
export type UploadChunk = { transferId: string; file: number; offset: number; body: AsyncIterable<Uint8Array> };
