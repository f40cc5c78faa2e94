import { z } from "zod";
import { botDeploy } from "./git";
import { at, desired, exit, processStatus } from "./process";
import { reason } from "./reason";

/** Ten of a–z and 0–9, made once; names folders, topics and the marker in a child's environment. */
export const botId = z.string().regex(/^[a-z0-9]{10}$/);
export type BotId = z.infer<typeof botId>;

// Control characters, line separators, and the marks that turn the direction of text round.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/u;

/** What people call a bot: 1–64 characters on one line after trimming, unicode welcome, nothing that could be taken for a path. */
export const botName = z
  .string()
  .transform((name) => name.normalize("NFC").trim().replace(/ {2,}/g, " "))
  .refine((name) => [...name].length >= 1 && [...name].length <= 64, "bot_name_invalid")
  .refine((name) => !unprintable.test(name) && !/[/\\]/.test(name) && !/^\.+$/.test(name), "bot_name_invalid");

/** What runs a bot's entry file. A new one: add its name here; the compiler points to the registry in worker/runtimes. */
export const runtimeName = z.enum(["node", "python"]);
export type RuntimeName = z.infer<typeof runtimeName>;

/** A relative path inside the bot's folder with `/`, no `..`, no empty or dot part, at most 512 characters. */
export const innerPath = z
  .string()
  .min(1)
  .max(512)
  .refine(
    (path) =>
      !/[\\\0-\x1f]/.test(path) && path.split("/").every((part) => part !== "" && part !== "." && part !== ".."),
    "entry_outside",
  )
  .refine((path) => !path.startsWith("-"), "entry_outside");

/** When a bot that ended is started again, and when to give up. */
export const restartPolicy = z.object({
  mode: z.enum(["never", "on-failure", "always"]).default("on-failure"),
  /** Exit codes that mean "finished", not "failed". */
  doneCodes: z.array(z.number().int().min(0).max(255)).max(16).default([0]),
  /** First pause, ms; 0 means none at all, until the crash limit parks it; doubles with each failure, with jitter. */
  backoffMs: z.number().int().min(0).max(600_000).default(1_000),
  /** Longest pause, ms. */
  backoffMaxMs: z.number().int().min(1_000).max(600_000).default(600_000),
  /** Good running after which failures are forgotten, ms. */
  forgetMs: z.number().int().min(1_000).max(86_400_000).default(600_000),
  /** This many failures within `crashWindowMs` park the bot. */
  crashLimit: z.number().int().min(1).max(100).default(8),
  crashWindowMs: z.number().int().min(10_000).max(86_400_000).default(600_000),
});
export type RestartPolicy = z.infer<typeof restartPolicy>;

/** How a bot is asked to end: `signal`, then SIGTERM at half the grace, then its whole tree is killed. */
export const stopPolicy = z.object({
  signal: z.enum(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]).default("SIGINT"),
  graceMs: z.number().int().min(0).max(120_000).default(10_000),
});
export type StopPolicy = z.infer<typeof stopPolicy>;

/** How a bot earns "running". */
export const readyPolicy = z.object({
  /** A text in its output that means ready; empty: alive for 5 s is enough. */
  line: z.string().max(200).default(""),
  /** After this long without the line it is shown as running, not ready; ms. */
  timeoutMs: z.number().int().min(1_000).max(600_000).default(60_000),
});
export type ReadyPolicy = z.infer<typeof readyPolicy>;

/**
 * What a bot's whole tree of processes may use; 0 means no limit. Where the kernel cannot hold one (see nodeInfo.isolation), the
 * worker watches and ends the bot itself, or says that the limit does not count.
 */
export const botLimits = z.object({
  /** Resident memory of all its processes together, MB. Node's heap gets three quarters of it, so that it says so itself. */
  memoryMb: z.number().int().min(0).max(1_048_576).default(0),
  /** Percent of one core: 200 is two cores. */
  cpuPercent: z.number().int().min(0).max(25_600).default(0),
  /** Processes and threads at once: what keeps a fork bomb from taking the server. */
  processes: z.number().int().min(0).max(65_536).default(1_024),
  /** Files and sockets that one process may hold open. */
  openFiles: z.number().int().min(0).max(1_048_576).default(65_536),
  /** Size of its folder, MB; looked at once a minute. */
  diskMb: z.number().int().min(0).max(1_048_576).default(0),
});
export type BotLimits = z.infer<typeof botLimits>;

/** How much of its log is kept: the oldest goes first. */
export const logPolicy = z.object({
  /** All its runs together, MB on the disk. */
  keepMb: z.number().int().min(16).max(65_536).default(256),
  /** Runs that ended longer ago go; days, 0 means no bound. */
  keepDays: z.number().int().min(0).max(3_650).default(30),
});
export type LogPolicy = z.infer<typeof logPolicy>;

/** What a person sets under Settings. */
export const botSettings = z.object({
  restart: restartPolicy.prefault({}),
  stop: stopPolicy.prefault({}),
  ready: readyPolicy.prefault({}),
  limits: botLimits.prefault({}),
  logs: logPolicy.prefault({}),
  /** Install dependencies before a start when the lockfile changed. */
  install: z.boolean().default(true),
  /** Arguments after the entry file; passed as they are, never through a shell. */
  args: z
    .array(
      z
        .string()
        .max(1_000)
        .regex(/^[^\0]*$/),
    )
    .max(50)
    .default([]),
  /** How many shards one start of this bot identifies; each counts against the token's daily budget. */
  shards: z.number().int().min(1).max(64).default(1),
});
export type BotSettings = z.infer<typeof botSettings>;

/** What is left out is not there, where the whole would have a default. */
const partOf = <Shape extends z.ZodRawShape>({ shape }: z.ZodObject<Shape>) =>
  z.object(
    Object.fromEntries(
      Object.entries(shape).map(([name, field]) => [
        name,
        z.optional(field instanceof z.ZodDefault || field instanceof z.ZodPrefault ? field.unwrap() : field),
      ]),
    ),
  ) as unknown as z.ZodType<Partial<z.output<z.ZodObject<Shape>>>>;

/** What is to change of them: all that is left out stays as it is, also inside of a part. */
export const botSettingsChange = z.object({
  restart: partOf(restartPolicy).optional(),
  stop: partOf(stopPolicy).optional(),
  ready: partOf(readyPolicy).optional(),
  limits: partOf(botLimits).optional(),
  logs: partOf(logPolicy).optional(),
  install: botSettings.shape.install.unwrap().optional(),
  args: botSettings.shape.args.unwrap().optional(),
  shards: botSettings.shape.shards.unwrap().optional(),
});
export type BotSettingsChange = z.infer<typeof botSettingsChange>;

/** Where a bot's files came from. */
export const botSource = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("template"), template: z.string() }),
  z.object({ kind: z.literal("upload"), names: z.array(z.string()).max(20) }),
  /** `url`: https, `ssh://user@host/path` or `user@host:path`. `commit`: what the files are that the bot was made with. */
  z.object({ kind: z.literal("git"), url: z.string(), branch: z.string().optional(), commit: z.string().optional() }),
  /** Run where it lies; deleting the bot leaves the folder. */
  z.object({ kind: z.literal("folder"), path: z.string() }),
]);
export type BotSource = z.infer<typeof botSource>;

/** The variable that carries a bot's Discord token. */
export const TOKEN_KEY = "DISCORD_TOKEN";

/** Names a bot may not set, beside those that start with BOTYARD_: the panel writes them into its environment itself. */
export const reservedEnv: readonly string[] = ["PATH", "HOME", "PWD"];

/** Variables of one bot. */
export const MOST_VARIABLES = 200;

export const envKey = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "env_key_invalid")
  .refine((key) => !key.startsWith("BOTYARD_") && !reservedEnv.includes(key), "env_key_invalid");
export const envValue = z
  .string()
  .max(32_768, "env_value_invalid")
  .regex(/^[^\0]*$/, "env_value_invalid");

/** Whether a name says that its value is nobody's business. */
export const looksSecret = (key: string): boolean =>
  key === TOKEN_KEY ||
  /(TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|(^|_)(API)?KEY(S|_|$)|APIKEY)/i.test(key);

/** One variable as the worker keeps it: a secret only ever as `sealed` (see `sealing` in worker and web), others plain. */
export const storedEnvVar = z.object({
  key: envKey,
  secret: z.boolean(),
  /** Plain text, or `v1.<iv>.<tag>.<ciphertext>` in base64url when secret. */
  value: z.string(),
});

/** Which bots a bot may ask the panel about, and start again: none, itself, or every bot of its owner. */
export const panelReach = z.enum(["none", "itself", "siblings"]);
export type PanelReach = z.infer<typeof panelReach>;

/** The name of its key to the panel in its environment, and for sealing. */
export const PANEL_TOKEN = "BOTYARD_TOKEN";

/**
 * What the worker needs to run a bot. The web writes it to Postgres and hands it over; the worker keeps its own copy
 * on disk, so that a bot starts without web and database. A higher `revision` replaces a lower one.
 */
export const botDefinition = z.object({
  id: botId,
  name: z.string(),
  runtime: runtimeName,
  entry: innerPath,
  source: botSource,
  settings: botSettings,
  env: z.array(storedEnvVar),
  /** Whether a start without DISCORD_TOKEN makes sense (demo bots, bots that read another variable). */
  tokenOptional: z.boolean(),
  /**
   * Whether it may run where it cannot be isolated, and from a folder of the server: its owner is an admin, or an admin allowed it. True when absent: definitions
   * written before there were other people's bots.
   */
  trusted: z.boolean().default(true),
  /** How it is updated from its repository; only for a source of kind git. */
  deploy: botDeploy.optional(),
  /** Its key to the panel, sealed; it finds it in its environment as BOTYARD_TOKEN, beside BOTYARD_URL. */
  panelToken: z.string().optional(),
  revision: z.number().int().positive(),
});
export type BotDefinition = z.infer<typeof botDefinition>;

/** One sample of what a bot's whole process tree uses. */
export const botSample = z.object({
  at,
  /** Percent of one core, so 200 is two cores full. */
  cpu: z.number().nonnegative(),
  /** Resident memory, bytes. */
  memory: z.number().int().nonnegative(),
});
export type BotSample = z.infer<typeof botSample>;

/** The state of installing a bot's dependencies. */
export const installStatus = z.discriminatedUnion("state", [
  z.object({ state: z.literal("none") }),
  z.object({ state: z.literal("running"), since: at, tool: z.string() }),
  z.object({ state: z.literal("done"), at, tool: z.string(), ms: z.number().int() }),
  z.object({ state: z.literal("skipped"), at, why: z.enum(["unchanged", "nothing", "off"]) }),
  z.object({
    state: z.literal("failed"),
    at,
    tool: z.string(),
    lastLines: z.array(z.string()).max(20),
    cancelled: z.boolean(),
  }),
]);
export type InstallStatus = z.infer<typeof installStatus>;

/** Starts of a token in the last 24 hours against Discord's limit. */
export const startBudget = z.object({ used: z.number().int(), limit: z.number().int(), warn: z.boolean() });

/**
 * How far a bot is kept from everything else on its machine. `user`: a system user of its own inside a sandbox. `sandbox`: its own
 * view of files and processes, but the panel's user. `none`: it can read what the panel's user can read.
 */
export const isolationLevel = z.enum(["user", "sandbox", "none"]);
export type IsolationLevel = z.infer<typeof isolationLevel>;

/**
 * What finds every process that a bot ever made, strongest first: its own space of process numbers, its own control group, the mark in
 * their environment.
 */
export const killMeans = z.enum(["namespace", "cgroup", "marker"]);

/** How a bot is kept apart, and how all of its processes are found. */
export const botIsolation = z.object({ level: isolationLevel, kill: killMeans });
export type BotIsolation = z.infer<typeof botIsolation>;

/** The present of one bot, as the worker sees it. Never stored. */
export const botLive = z.object({
  status: processStatus,
  desired,
  /** Restarts made by the supervisor since a person last started the bot. */
  restarts: z.number().int().nonnegative(),
  install: installStatus,
  /** Newest last; at most 60, one every 2 s. Empty when not running. */
  samples: z.array(botSample).max(60),
  /** Absent for a bot without a token. */
  budget: startBudget.optional(),
  /** Of the present run; of a bot at rest, what the next one would get. */
  isolation: botIsolation,
  /** It runs with other variables than its next start would give it. */
  oldEnvironment: z.boolean().optional(),
  /** What is wrong beside its state: something of it that the disk does not take, and that is tried again until it does. */
  trouble: reason.optional(),
});
export type BotLive = z.infer<typeof botLive>;

/** One life of a bot. Absent `endedAt`: it is still alive. */
export const botRun = z.object({
  botId,
  /** 1, 2, 3 … per bot. */
  run: z.number().int().positive(),
  startedAt: at,
  endedAt: at.optional(),
  exit: exit.optional(),
  /** What started it; `bot`: one that asked for it with its own key. */
  cause: z.enum(["person", "restart", "bot", "worker", "crash"]),
});
export type BotRun = z.infer<typeof botRun>;

export { reason };
