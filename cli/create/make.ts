import { basename } from "node:path";
import { runtimeName } from "#contracts/bot";
import { waitFor } from "../bots";
import type { Client } from "../client";
import { Failure } from "../failure";
import type { Output } from "../output";
import { summarize } from "../summary";
import { bring, type Origin } from "./bring";

/** What is said of a bot to be; what is left out, its files suggest. */
export type Given = Origin & {
  name?: string;
  runtime?: string;
  entry?: string;
  token?: string;
  env: { key: string; value: string; secret?: boolean }[];
  /** Start it, and wait until it runs. */
  start?: boolean;
};

/** Makes a bot of files from somewhere and says what became of it. An import that becomes none is forgotten. */
export async function makeBot({ client, output }: { client: Client; output: Output }, given: Given): Promise<void> {
  const view = await bring(client, given);
  if (view.status.state !== "ready") throw new Failure("import_failed", "The import did not become ready.", 1);
  const found = view.status.detection;
  const cancel = async (why: Failure) => {
    await client.imports.cancel({ importId: view.id });
    throw why;
  };
  const entry = given.entry ?? found.entry;
  const runtime = runtimeName.safeParse(
    given.runtime ?? found.entries.find((one) => one.path === entry)?.runtime ?? found.runtime,
  );
  if (!entry) return cancel(Failure.use("No entry file was found. Name it with --entry."));
  if (!runtime.success) return cancel(Failure.use(`Say what runs it: --runtime ${runtimeName.options.join(" or ")}.`));
  const { token, env, start = false } = given;
  const name = given.name ?? found.name ?? basename(entry);
  const made = await client.bots
    .create({ importId: view.id, name, runtime: runtime.data, entry, token, env, start })
    .catch(async (error: unknown) => {
      await client.imports.cancel({ importId: view.id }).catch(() => undefined);
      throw error;
    });
  const bot = start ? await waitFor(client, made.id, ["running"], 600_000) : made;
  output.result({ ...summarize(bot), warnings: found.warnings }, (value) => [
    `${value.name} (${value.id}): ${value.state}`,
    ...value.warnings.map((one) => `note: ${one}`),
  ]);
}
