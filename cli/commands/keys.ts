import { InvalidArgumentError, type Command as Program } from "commander";
import { type KeyScope, keyScope, presets } from "#contracts/access";
import type { KeyView } from "#contracts/api/keys";
import { findBot } from "../bots";
import type { Client } from "../client";
import type { Context } from "../context";
import { Failure } from "../failure";
import { day } from "../files/rows";
import { mayOf } from "../grant";
import { table } from "../output";

type Limits = { everything?: true; allow?: string[]; preset?: string; bot?: string[] };

/** key create, list, revoke: what BOTYARD_TOKEN elsewhere is set to. */
export function addKeyCommands(program: Program, context: Context): void {
  const key = program.command("key").description("your API keys");
  key
    .command("create")
    .argument("<name>", "what it is for")
    .option("--everything", "it may all that you may")
    .option("--preset <preset>", `it may what a ${Object.keys(presets).join(", ")} may`)
    .option("--allow <permissions...>", "it may these, such as console:read or power:restart; adds to --preset")
    .option("--bot <bots...>", "only with these bots; left out: with all that you reach")
    .option("--days <days>", "until it expires, 1 to 365, or never", readDays, 90)
    .option("--from <addresses...>", "only from these addresses or networks, such as 192.0.2.0/24")
    .description(
      "create a key; it is shown this once, and never does more than you may (on the panel's own machine only)",
    )
    .action(async (name: string, options: Limits & { days: number | typeof NEVER; from?: string[] }) => {
      const { client, output } = context();
      const scope = await scopeOf(client, options);
      const { from: addresses } = options;
      const days = options.days === NEVER ? null : options.days;
      output.result(await client.account.keys.create({ name, scope, days, addresses }), (made) => [made.token]);
    });
  key
    .command("list")
    .description("your keys")
    .action(async () => {
      const { client, output } = context();
      output.result(await client.account.keys.list(), ({ keys }) => keyTable(keys));
    });
  key
    .command("revoke")
    .argument("<id>", "id of the key")
    .description("revoke a key; what it has open ends")
    .action(async (keyId: string) => {
      const { client, output } = context();
      await client.account.keys.revoke({ keyId });
      output.result({ id: keyId, revoked: true }, () => ["Revoked."]);
    });
}

/** Keys as a table for people. */
export const keyTable = (keys: readonly KeyView[]): string[] =>
  table(
    ["ID", "NAME", "MAY", "BOTS", "FROM", "MADE", "EXPIRES", "USED"],
    keys.map(({ id, name, scope, addresses, createdAt, expiresAt, lastUsedAt, lastUsedFrom }) => [
      id,
      name,
      scope ? mayOf(scope.permissions) : "everything",
      [scope?.bots ?? "all"].flat().join(" "),
      addresses.length > 0 ? addresses.join(" ") : "anywhere",
      day(createdAt),
      expiresAt === null ? "never" : day(expiresAt),
      lastUsedAt === null ? "never" : `${day(lastUsedAt)} ${lastUsedFrom ?? ""}`,
    ]),
  );

async function scopeOf(client: Client, { everything, allow, preset, bot }: Limits): Promise<KeyScope | null> {
  if (everything) {
    if (allow ?? preset ?? bot) throw Failure.use("Say --everything, or what it may: not both.");
    return null;
  }
  if (!allow && !preset) throw Failure.use("Say what the key may: --everything, --preset or --allow.");
  const permissions = [...presetNamed(preset), ...(allow ?? [])];
  const bots = bot ? await Promise.all(bot.map(async (word) => (await findBot(client, word)).id)) : "all";
  const read = keyScope.safeParse({ permissions: [...new Set(permissions)], bots });
  if (read.success) return read.data;
  const known = new Set<string>(keyScope.shape.permissions.element.options);
  const wrong = permissions.filter((one) => !known.has(one));
  throw Failure.use(`There is no permission ${wrong.join(", ")}. There are: ${[...known].join(", ")}.`);
}

function presetNamed(name: string | undefined): readonly string[] {
  if (name === undefined) return [];
  const found = Object.entries(presets).find(([one]) => one === name);
  if (!found) throw Failure.use(`There is no preset “${name}”. There are: ${Object.keys(presets).join(", ")}.`);
  return found[1];
}

// Not null, of which commander makes an empty text.
const NEVER = "never";

function readDays(text: string): number | typeof NEVER {
  if (text === NEVER) return NEVER;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 365) return days;
  throw new InvalidArgumentError("Give a whole number from 1 to 365, or never.");
}
