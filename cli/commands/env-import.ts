import { readFile } from "node:fs/promises";
import type { Command as Program } from "commander";
import { ENV_FILE_BYTES, type EnvLine } from "#contracts/env-file";
import { en } from "#contracts/words/en";
import { findBot } from "../bots";
import type { Context } from "../context";
import { Failure } from "../failure";
import { readStdin } from "../input";
import { table } from "../output";

type Options = { secret: string[]; plain: string[] };

const each = (one: string, before: string[]) => [...before, ...one.split(",")];

/** env import: what a `.env` of this machine says becomes variables of a bot. */
export function addEnvImport(env: Program, context: Context): void {
  env
    .command("import")
    .argument("<bot>", "name or id")
    .argument("<file>", "a .env file; - for standard input")
    .option("--secret <key>", "seal this one, whatever its name; may be repeated", each, [])
    .option("--plain <key>", "do not seal this one, whatever its name; may be repeated", each, [])
    .option("--dry-run", "show what would happen and change nothing")
    .description("set the variables of a .env, all or none; taken at the next start")
    .action(async (word: string, file: string, options: Options) => {
      const { client, output, dryRun } = context();
      const bot = await findBot(client, word);
      const text = file === "-" ? await readStdin("the file") : await readEnvFile(file);
      const { lines, revision } = await client.env.preview({ botId: bot.id, text });
      const keys = new Set(lines.map(({ key }) => key));
      const unknown = [...options.secret, ...options.plain].find((key) => !keys.has(key));
      if (unknown !== undefined) throw Failure.of("bad_input", `The file has no variable “${unknown}”.`);
      const chosen = lines.map((line) => ({
        ...line,
        secret: !options.plain.includes(line.key) && (line.secret || options.secret.includes(line.key)),
      }));
      const take = chosen.flatMap(({ key, secret, outcome }) =>
        outcome === "refused" || (outcome === "equal" && !secret) ? [] : [{ key, secret }],
      );
      if (take.length > 0 && !dryRun) await client.env.import({ botId: bot.id, text, revision, take });
      const told = { lines: chosen, set: dryRun ? [] : take.map(({ key }) => key) };
      output.result(told, ({ lines, set }) => [
        ...table(["LINE", "NAME", "WHAT", "SECRET"], lines.map(rowOf)),
        lastWord(take.length, set.length),
      ]);
    });
}

function lastWord(could: number, set: number): string {
  if (could === 0) return "There is nothing to set.";
  if (set === 0) return `Nothing was changed. ${could} would be set.`;
  return `${set} ${set === 1 ? "variable is" : "variables are"} set. Restart the bot to apply them.`;
}

const words = en.environment.importFile;

function rowOf({ line, also, key, outcome, why, secret }: EnvLine): string[] {
  const what = [why ? `${words.outcome.refused}: ${words.why[why]}` : words.outcome[outcome]];
  if (also.length > 0) what.push(`also in line ${also.join(", ")}; the last counts`);
  return [String(line), key, what.join("; "), secret ? "yes" : ""];
}

async function readEnvFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw Failure.of("bad_input", error instanceof Error ? error.message : String(error));
  });
  if (bytes.length > ENV_FILE_BYTES)
    throw Failure.of("env_file_too_large", words.tooLarge.replace("{limit}", "256 KB"));
  return bytes.toString("utf8");
}
