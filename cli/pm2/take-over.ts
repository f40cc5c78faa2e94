import { setTimeout as sleep } from "node:timers/promises";
import type { BotView } from "#contracts/api/bots";
import { waitFor } from "../bots";
import type { Client } from "../client";
import { Failure } from "../failure";
import { isGone, type Pm2, runners } from "./daemon";
import type { Plan } from "./map";

/** How it went with one program. */
export type Outcome = {
  name: string;
  botId: string | null;
  outcome: "running" | "stopped" | "kept by PM2" | "failed";
  why: string;
};

/** A bot that takes longer to run keeps its old life, ms. */
const RUNNING_MS = 120_000;

/*
 * At no moment are two alive, and at the end one is:
 *
 *   made here, stopped ─▶ stopped at PM2 ─▶ no process of its script left ─▶ started here ─▶ runs: removed from PM2
 *                                                 │ some is                        │ does not
 *                                                 ▼                                ▼
 *                                             left stopped, said          stopped here, started again at PM2, said
 *
 * Each step can be done again: a bot that is there already is taken as it is.
 */
export async function takeOver(client: Client, pm2: Pm2, plan: Plan): Promise<Outcome> {
  const bot = await findOrMake(client, plan);
  const told = (outcome: Outcome["outcome"], why: string): Outcome => ({
    name: plan.name,
    botId: bot.id,
    outcome,
    why,
  });
  const theirs = (await pm2.list()).filter((one) => one.script === plan.pm2.script);
  const online = theirs.filter((one) => one.online);
  if (theirs.length > 0 && online.length === 0) {
    for (const one of theirs) await pm2.remove(one.id);
    return told("stopped", "It was stopped at PM2, so it is stopped here.");
  }
  for (const one of online) await pm2.stop(one.id);
  if (!(await isGone(plan.pm2.script))) {
    const pids = runners(plan.pm2.script).join(", ");
    for (const one of online) await pm2.restart(one.id);
    return told(
      "stopped",
      `Something else runs ${plan.pm2.script} (process ${pids}). End that, then botyard start ${bot.id}.`,
    );
  }
  try {
    await client.bots.start({ botId: bot.id });
    await waitFor(client, bot.id, ["running"], RUNNING_MS);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await stopHere(client, bot.id);
    for (const one of online) await pm2.restart(one.id);
    return online.length > 0
      ? told("kept by PM2", `It did not come up here, so PM2 runs it again. ${why}`)
      : told("failed", why);
  }
  for (const one of theirs) await pm2.remove(one.id);
  return told("running", theirs.length > 0 ? "Taken over from PM2." : "Started; PM2 did not run it.");
}

async function stopHere(client: Client, botId: string): Promise<void> {
  await client.bots.stop({ botId }).catch(() => undefined);
  await waitFor(client, botId, ["stopped", "parked", "backoff"], RUNNING_MS).catch(() => undefined);
}

/** The bot that an earlier try made, or a new one: stopped, with all that was mapped. */
export async function findOrMake(client: Client, plan: Plan): Promise<BotView> {
  const { bots } = await client.bots.list();
  const known = bots.find(
    ({ source, entry, name }) =>
      source.kind === "folder" && source.path === plan.folder && entry === plan.entry && name === plan.name,
  );
  if (known) return known;
  let view = await client.imports.create({ kind: "folder", path: plan.folder, shared: true });
  while (view.status.state === "working") {
    await sleep(100);
    view = await client.imports.get({ importId: view.id });
  }
  if (view.status.state !== "ready") {
    const why = view.status.state === "failed" ? view.status.message : "The folder could not be read.";
    throw new Failure("import_failed", why, 1);
  }
  const { name, runtime, entry, env, settings } = plan;
  // It ran without us knowing its token: it may read it from a file of its own.
  const made = { importId: view.id, name, runtime, entry, env, settings, tokenOptional: true, start: false };
  return client.bots.create(made).catch(async (error: unknown) => {
    await client.imports.cancel({ importId: view.id }).catch(() => undefined);
    throw error;
  });
}
