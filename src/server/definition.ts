import { randomInt } from "node:crypto";
import { extname } from "node:path/posix";
import { type BotDefinition, botDefinition, type RuntimeName, storedEnvVar, TOKEN_KEY } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { Transaction } from "#prisma/db";
import { seal } from "./seal";

/** How runtimes are called in sentences. */
const titles = { node: "Node.js", python: "Python" } as const satisfies Record<RuntimeName, string>;

/** What an entry file of a runtime ends in. */
const endings = { node: [".js", ".mjs", ".cjs"], python: [".py"] } as const satisfies Record<
  RuntimeName,
  readonly string[]
>;

/** Refuses an entry file that the runtime cannot run (runtime_mismatch). `found`: what the worker itself saw fit in an import. */
export function assertFits(
  runtime: RuntimeName,
  entry: string,
  found: readonly { path: string; runtime: RuntimeName }[] = [],
): void {
  if (found.some((one) => one.path === entry && one.runtime === runtime)) return;
  const allowed: readonly string[] = endings[runtime];
  if (!allowed.includes(extname(entry).toLowerCase()))
    throw new AppError("runtime_mismatch", { entry, runtime: titles[runtime] });
}

/** Refuses what cannot be a Discord token: it has three parts of base64url joined by dots. Returns it without spaces around. */
export function readToken(text: string): string {
  const token = text.trim();
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new AppError("token_malformed");
  return token;
}

/** A variable as it comes in. */
export type GivenVariable = { key: string; value: string; secret: boolean };

/** A variable as it is stored: the token always, a secret only ever, sealed. */
export function stored(botId: string, { key, value, secret }: GivenVariable): BotDefinition["env"][number] {
  const clean = key === TOKEN_KEY ? readToken(value) : value;
  const isSecret = secret || key === TOKEN_KEY;
  return storedEnvVar.parse({ key, secret: isSecret, value: isSecret ? seal(botId, key, clean) : clean });
}

/** The whole definition of a bot as its rows say inside a transaction: what the worker is handed. */
export async function definitionOf(db: Transaction, botId: string): Promise<BotDefinition> {
  const bot = await db.bot.findUniqueOrThrow({ where: { id: botId }, include: { env: { orderBy: { key: "asc" } } } });
  const { id, name, runtime, entry, source, settings, tokenOptional, trusted, revision, env } = bot;
  const deploy = bot.deploy ?? undefined;
  const panelToken = bot.panelToken ?? undefined;
  return botDefinition.parse({
    id,
    name,
    runtime,
    entry,
    source,
    settings,
    tokenOptional,
    trusted,
    deploy,
    panelToken,
    revision,
    env,
  });
}

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
/** The id of a bot to be. */
export const newBotId = (): string => Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join("");
