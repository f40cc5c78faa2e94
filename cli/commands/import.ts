import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command as Program } from "commander";
import type { Client } from "../client";
import type { Context } from "../context";
import { readLogin } from "../env";
import { Failure } from "../failure";
import { agree } from "../input";
import { openPm2 } from "../pm2/daemon";
import { type Mapped, mapApp, type Plan } from "../pm2/map";
import { readPm2 } from "../pm2/read";
import { findOrMake, type Outcome, takeOver } from "../pm2/take-over";

type Options = { env?: string; only?: string; start?: boolean; yes?: boolean };

/** import pm2: bots that PM2 runs become ours, without ever running twice. */
export function addImportCommand(program: Program, context: Context): void {
  program
    .command("import")
    .description("take over bots from PM2")
    .command("pm2")
    .argument("[file]", "PM2's dump.pm2 or an ecosystem file; otherwise the dump of your PM2")
    .description("show what can be carried over and what cannot, then move each bot here")
    .option("--env <name>", "with an ecosystem file: also its env_<name>")
    .option("--only <names>", "only these programs, comma-separated")
    .option("--dry-run", "only say what would be done")
    .option("--no-start", "create the bots, stopped, and leave PM2 as it is")
    .option("--yes", "do not ask")
    .action(async (file: string | undefined, options: Options) => {
      const { client, output, dryRun } = context();
      const login = readLogin();
      const home = login.PM2_HOME ?? join(login.HOME ?? "/", ".pm2");
      const source = resolve(file ?? join(home, "dump.pm2"));
      if (file === undefined && !existsSync(source))
        throw Failure.use(`There is no ${source}. Run \`pm2 save\` first, or name an ecosystem file.`);

      const { kind, mapped } = await mapAll(source, options, login);
      const plans = mapped.flatMap((one) => ("plan" in one ? [one.plan] : []));
      const refused = mapped.flatMap((one) => ("plan" in one ? [] : [one]));
      for (const plan of plans) for (const line of inWords(plan)) output.line(line);
      for (const one of refused) output.line(`${one.name}: not taken over. ${one.refused}`);

      const outcomes: Outcome[] = [];
      if (!dryRun && plans.length > 0) {
        await confirm(plans.length, options);
        const move = options.start === false ? makeOnly : moverFrom(kind === "dump" ? dirname(source) : home, login);
        for (const plan of plans) {
          const outcome = await move(client, plan).catch((error: unknown) => failed(plan, error));
          outcomes.push(outcome);
          output.line(`${outcome.name}: ${outcome.outcome}. ${outcome.why}`);
        }
      }
      // Names only: the values of variables are nobody's business.
      const shown = plans.map(({ env, ...plan }) => ({ ...plan, env: env.map(({ key }) => key) }));
      output.result({ plans: shown, refused, outcomes }, () => []);
      const bad = outcomes.filter(({ outcome }) => outcome === "failed" || outcome === "kept by PM2").length;
      if (bad > 0) throw new Failure("import_failed", `${bad} of ${plans.length} could not be taken over.`, 1);
    });
}

async function mapAll(source: string, { only, env }: Options, login: NodeJS.ProcessEnv) {
  const { kind, apps } = await readPm2(source);
  const wanted = only?.split(",").map((name) => name.trim());
  const seen = new Set<string>();
  const mapped: Mapped[] = [];
  for (const app of apps) {
    if (wanted && !wanted.includes(app.name ?? "")) continue;
    const one = mapApp({ ...app, env: { ...app.env, ...extra(app, env) } }, { dumped: kind === "dump", login });
    // The instances of a cluster stand in the dump one by one.
    const key = "plan" in one ? JSON.stringify([one.plan.name, one.plan.folder, one.plan.entry]) : one.name;
    if (!seen.has(key)) mapped.push(one);
    seen.add(key);
  }
  if (mapped.length === 0) throw Failure.use(`${source} holds no such program.`);
  return { kind, mapped };
}

function extra(app: object, name: string | undefined): Record<string, string> {
  const more: unknown = name === undefined ? undefined : Reflect.get(app, `env_${name}`);
  if (typeof more !== "object" || more === null) return {};
  return Object.fromEntries(Object.entries(more).map(([key, value]) => [key, String(value)]));
}

type Move = (client: Client, plan: Plan) => Promise<Outcome>;

const makeOnly: Move = async (client, plan) => {
  const bot = await findOrMake(client, plan);
  return { name: plan.name, botId: bot.id, outcome: "stopped", why: "Created; PM2 was left as it is." };
};

/** Moves one by one; PM2's dump is written anew after each, so that whatever ends this leaves no bot in both places. */
function moverFrom(home: string, login: NodeJS.ProcessEnv): Move {
  const pm2 = openPm2(home, login);
  return async (client, plan) => {
    const outcome = await takeOver(client, pm2, plan);
    if (await pm2.isAlive()) await pm2.save();
    else if (outcome.outcome === "running")
      outcome.why += " PM2 is not running, so its dump still names it: do not `pm2 resurrect` it.";
    return outcome;
  };
}

function failed({ name }: Plan, error: unknown): Outcome {
  return { name, botId: null, outcome: "failed", why: error instanceof Error ? error.message : String(error) };
}

function inWords({ name, folder, entry, runtime, maps, cannot }: Plan): string[] {
  return [
    `${name}: ${runtime} ${entry} in ${folder}`,
    ...maps.map((line) => `  + ${line}`),
    ...cannot.map((line) => `  - ${line}`),
  ];
}

async function confirm(count: number, { yes, start }: Options): Promise<void> {
  if (yes) return;
  const what = start === false ? `Create ${count} bots` : `Stop ${count} at PM2 and start them here`;
  await agree(what, "Say --yes to go on, or --dry-run to only look.");
}
