import { basename, dirname, relative } from "node:path";
import { type BotSettings, botName, botSettings, innerPath, type RuntimeName } from "#contracts/bot";
import { bytesOf, type Pm2App, splitWords } from "./app";
import { type OwnEnv, ownEnvironment } from "./environment";

/** A program of PM2 as a bot of ours. */
export type Plan = {
  name: string;
  folder: string;
  entry: string;
  runtime: RuntimeName;
  settings: BotSettings;
  env: OwnEnv["own"];
  /** What it was at PM2, to be taken over there. */
  pm2: { name: string; script: string };
  /** What was carried over, and what was not: sentences. */
  maps: string[];
  cannot: string[];
};

/** Either how a program becomes a bot, or why it cannot. */
export type Mapped = { plan: Plan } | { name: string; refused: string };

const within = (value: number, low: number, high: number) => Math.min(high, Math.max(low, Math.round(value)));

/** What PM2 can say of a program and Botyard has no place for, by key; said only when it is switched on. */
const unknown = {
  cron_restart: "cron_restart: schedules are not part of Botyard yet; it will not be restarted by the clock.",
  watch: "watch: files are not watched; restart it after a change.",
  wait_ready: "wait_ready: Botyard reads a ready line instead; set it in Settings if the bot prints one.",
  uid: "uid: Botyard chooses the system user itself.",
  user: "user: Botyard chooses the system user itself.",
  shutdown_with_message: "shutdown_with_message: it is stopped by a signal.",
  post_update: "post_update: commands after an update are not run.",
} as const;

/** Maps one program. `login` is the environment that PM2 was likely started in: this one. */
export function mapApp(app: Pm2App, { dumped, login }: { dumped: boolean; login: NodeJS.Dict<string> }): Mapped {
  const pm2Name = app.name ?? basename(app.script ?? "", ".js");
  const refuse = (refused: string): Mapped => ({ name: pm2Name, refused });
  if (!app.script || !app.cwd) return refuse("It names no script.");
  const named = botName.safeParse(pm2Name.replace(/[/\\]/g, "-").slice(0, 64));
  if (!named.success) return refuse("Its name cannot be the name of a bot.");
  const runtime = runtimeOf(app);
  if (!runtime)
    return refuse(`It runs with ${app.interpreter ?? "an unknown program"}; Botyard runs Node.js and Python.`);

  const maps: string[] = [];
  const cannot: string[] = [];
  const inside = innerPath.safeParse(relative(app.cwd, app.script));
  if (!inside.success) cannot.push(`cwd: its script lies outside of ${app.cwd}, so it starts in the script's folder.`);
  const { own, left } = ownEnvironment(app.env, login, { name: app.name, dumped });
  const env = withNodeOptions(app, own, { maps, cannot });
  if (left.length > 0) maps.push(`env: ${own.length} variables; ${left.length} of the login or of PM2 are left out.`);
  else if (own.length > 0) maps.push(`env: ${own.length} variables.`);
  const interpreter = app.interpreter ?? "";
  if (interpreter.includes("/")) cannot.push(`interpreter: ${interpreter} is not used; the server's own is.`);
  const instances = Number(app.instances ?? 1);
  if (instances > 1 || app.instances === "max" || /cluster/.test(app.exec_mode ?? ""))
    cannot.push("instances: a bot runs once; several would all answer the same events.");
  for (const [key, sentence] of Object.entries(unknown)) {
    const set = Reflect.get(app, key);
    if (set !== undefined && set !== false && set !== null && set !== "") cannot.push(sentence);
  }
  return {
    plan: {
      name: named.data,
      folder: inside.success ? app.cwd : dirname(app.script),
      entry: inside.success ? inside.data : basename(app.script),
      runtime,
      settings: settingsOf(app, maps),
      env,
      pm2: { name: pm2Name, script: app.script },
      maps,
      cannot,
    },
  };
}

function runtimeOf({ interpreter, script = "" }: Pm2App): RuntimeName | undefined {
  const program = interpreter === undefined || interpreter === "none" ? "" : basename(interpreter);
  if (/^python[\d.]*$/.test(program) || (program === "" && script.endsWith(".py"))) return "python";
  if (/^node(js)?$/.test(program) || (program === "" && /\.[cm]?js$/.test(script))) return "node";
  return undefined;
}

function settingsOf(app: Pm2App, maps: string[]): BotSettings {
  const restart: Partial<BotSettings["restart"]> = {};
  // What it needs lies there already: installing anew would take it down for longer, and perhaps for good.
  const settings: Record<string, unknown> = { args: splitWords(app.args), install: false };
  maps.push("dependencies: taken as they are; Settings can have them installed before a start.");
  if (app.autorestart === false) {
    restart.mode = "never";
    maps.push("autorestart: off, so it stays down when it ends.");
  }
  const codes = app.stop_exit_codes === undefined ? [] : [app.stop_exit_codes].flat();
  // PM2 starts again whatever ended, also with code 0; a bot of ours that ends with 0 is done.
  if (codes.length > 0) {
    restart.doneCodes = codes.filter((code) => Number.isInteger(code) && code >= 0 && code <= 255).slice(0, 16);
    maps.push(`stop_exit_codes: ${codes.join(", ")} mean done.`);
  } else if (app.autorestart !== false) {
    restart.mode = "always";
    maps.push("autorestart: started again however it ends.");
  }
  const pause = app.restart_delay || app.exp_backoff_restart_delay;
  if (pause) {
    restart.backoffMs = within(pause, 1, 600_000);
    maps.push(`restart delay: ${restart.backoffMs} ms at first, then longer.`);
  }
  if (app.max_restarts !== undefined) {
    restart.crashLimit = within(app.max_restarts, 1, 100);
    maps.push(`max_restarts: parked after ${restart.crashLimit} crashes in 10 minutes.`);
  }
  const bytes = app.max_memory_restart === undefined ? undefined : bytesOf(app.max_memory_restart);
  if (bytes) {
    const memoryMb = within(bytes / 1024 ** 2, 1, 1_048_576);
    settings.limits = { memoryMb };
    maps.push(`max_memory_restart: a limit of ${memoryMb} MB.`);
  }
  if (app.kill_timeout) {
    const graceMs = within(app.kill_timeout, 0, 120_000);
    settings.stop = { graceMs };
    maps.push(`kill_timeout: ${graceMs} ms to end by itself.`);
  }
  return botSettings.parse({ ...settings, restart });
}

/** Node's own switches become NODE_OPTIONS, as far as Node takes them there. */
function withNodeOptions(app: Pm2App, own: OwnEnv["own"], said: { maps: string[]; cannot: string[] }): OwnEnv["own"] {
  const asked = [...splitWords(app.nodeArgs), ...(app.source_map_support ? ["--enable-source-maps"] : [])];
  if (asked.length === 0) return own;
  const taken = asked.every(
    (word) => process.allowedNodeEnvironmentFlags.has(word.split("=")[0] ?? "") && !/[\s"]/.test(word),
  );
  if (!taken || own.some(({ key }) => key === "NODE_OPTIONS")) {
    said.cannot.push(`node_args: ${asked.join(" ")} cannot be passed on.`);
    return own;
  }
  said.maps.push(`node_args: ${asked.join(" ")} as NODE_OPTIONS.`);
  return [...own, { key: "NODE_OPTIONS", value: asked.join(" "), secret: false }];
}
