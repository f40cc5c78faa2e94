import { InvalidArgumentError, type Command as Program } from "commander";
import { banKind, type UserLimits, type UserView } from "#contracts/people";
import type { Client } from "../client";
import type { Context } from "../context";
import { Failure } from "../failure";
import { day } from "../files/rows";
import { mayBeEmail } from "../grant";
import { agreeByName } from "../input";
import { table } from "../output";
import { keyTable } from "./keys";

/** user list, keys, disable, enable, make-admin, make-user, limits, delete; limits; ban list, add, remove: for admins. */
export function addPeopleCommands(program: Program, context: Context): void {
  const user = program.commands.find((one) => one.name() === "user") ?? program.command("user");
  const onUser = (name: string, description: string) =>
    user.command(name).argument("<user>", "e-mail, name or id").description(description);
  const change = (
    name: string,
    description: string,
    done: string,
    act: (client: Client, userId: string) => Promise<UserView>,
  ) =>
    onUser(name, description).action(async (word: string) => {
      const { client, output } = context();
      const { id } = await findUser(client, word);
      output.result(await act(client, id), (one) => [`${one.name} ${done}`]);
    });

  user
    .command("list")
    .description("every account of this panel")
    .action(async () => {
      const { client, output } = context();
      output.result({ users: await listUsers(client) }, ({ users }) =>
        table(
          ["ID", "NAME", "E-MAIL", "ROLE", "BOTS", "MEMORY MB", "DISK MB", "SEEN", ""],
          users.map((one) => [
            one.id,
            one.name,
            one.email,
            one.role,
            ...(["bots", "memoryMb", "diskMb"] as const).map((kind) => `${one.usage[kind]}/${one.bounds[kind] ?? "-"}`),
            one.lastSeenAt === null ? "never" : day(one.lastSeenAt),
            one.disabledAt === null ? "" : "disabled",
          ]),
        ),
      );
    });
  onUser("keys", "somebody's API keys, and when and from where they were used").action(async (word: string) => {
    const { client, output } = context();
    const { id } = await findUser(client, word);
    output.result(await client.users.get({ userId: id }), ({ apiKeys }) => keyTable(apiKeys));
  });
  change("disable", "lock an account out; what it has open ends", "is disabled.", (client, userId) =>
    client.users.disable({ userId }),
  );
  change("enable", "let a disabled account in again", "may sign in again.", (client, userId) =>
    client.users.enable({ userId }),
  );
  change("make-admin", "make somebody an admin (on the panel's own machine only)", "is an admin.", (client, userId) =>
    client.users.setRole({ userId, role: "admin" }),
  );
  change("make-user", "take the role of admin away", "is no admin.", (client, userId) =>
    client.users.setRole({ userId, role: "user" }),
  );
  bounded(onUser("limits", "limit somebody's bots: their number, memory and disk"))
    .option("--panel", "the panel's limits hold again")
    .action(async (word: string, options: BoundOptions & { panel?: true }) => {
      const { client, output } = context();
      const now = await findUser(client, word);
      const asked = boundsOf(options);
      const limits = options.panel ? null : asked && { ...(now.limits ?? now.bounds), ...asked };
      const set = limits === undefined ? now : await client.users.setLimits({ userId: now.id, limits });
      output.result(set, ({ bounds }) => linesOf(bounds));
    });
  onUser("delete", "delete an account")
    .option("--bots-to <user>", "who gets its bots")
    .option("--yes", "do not ask")
    .action(async (word: string, { botsTo, yes }: { botsTo?: string; yes?: boolean }) => {
      const { client, output, dryRun } = context();
      const { id, name } = await findUser(client, word);
      if (!yes && !dryRun)
        await agreeByName(
          `This deletes the account of “${name}”.`,
          name,
          "This deletes an account. Say --yes to do this without being asked.",
        );
      const taker = botsTo === undefined ? {} : { botsTo: (await findUser(client, botsTo)).id };
      output.result(await client.users.delete({ userId: id, ...taker }), ({ bots }) => [
        `The account of ${name} is deleted; ${bots === 1 ? "1 bot" : `${bots} bots`} went over.`,
      ]);
    });

  bounded(program.command("limits").description("limits for everybody who has none of their own (admins)")).action(
    async (options: BoundOptions) => {
      const { client, output } = context();
      const now = await client.limits.get();
      const asked = boundsOf(options);
      output.result(asked ? await client.limits.set({ ...now, ...asked }) : now, linesOf);
    },
  );

  const ban = program.command("ban").description("who is kept out (admins)");
  ban
    .command("list")
    .description("every ban")
    .action(async () => {
      const { client, output } = context();
      output.result(await client.bans.list(), ({ bans }) =>
        table(
          ["ID", "KIND", "WHO", "UNTIL", "REASON"],
          bans.map(({ id, kind, value, until, reason }) => [
            id,
            kind,
            value,
            until === null ? "it is lifted" : day(until),
            reason,
          ]),
        ),
      );
    });
  ban
    .command("add")
    .argument("<kind>", banKind.options.join(", "))
    .argument("<who>", "an address or network; an e-mail, or a domain as @example.com; the id of a Discord account")
    .option("--reason <text>", "shown to whoever is banned")
    .option("--days <days>", "for how long; left out, or none: until it is lifted", whole)
    .description("keep somebody out; what they have open ends")
    .action(async (kind: string, value: string, { reason, days = NONE }: { reason?: string; days?: Bound }) => {
      const { client, output } = context();
      const read = banKind.safeParse(kind);
      if (!read.success) throw Failure.use(`A ban is of one of these kinds: ${banKind.options.join(", ")}.`);
      const until = days === NONE ? null : Date.now() + days * 86_400_000;
      output.result(await client.bans.create({ kind: read.data, value, reason, until }), (made) => [
        `${made.value} is banned: ${made.id}`,
      ]);
    });
  ban
    .command("remove")
    .argument("<id>", "id of the ban")
    .description("lift a ban")
    .action(async (banId: string) => {
      const { client, output } = context();
      await client.bans.remove({ banId });
      output.result({ id: banId, removed: true }, () => ["Lifted."]);
    });
}

const NONE = "none";
/** A number, or none: commander makes an empty text of null. */
type Bound = number | typeof NONE;
type BoundOptions = Partial<Record<keyof UserLimits, Bound>>;

const bounded = (command: Program): Program =>
  command
    .option("--bots <count>", "how many, or none", whole)
    .option("--memory-mb <mb>", "the sum of their memory limits, or none", whole)
    .option("--disk-mb <mb>", "the sum of their disk limits, or none", whole);

function whole(text: string): Bound {
  if (text === NONE) return NONE;
  if (!/^\d{1,8}$/.test(text)) throw new InvalidArgumentError("Give a whole number, or none.");
  return Number(text);
}

/** The limits that were said on the command line; undefined when none was. */
function boundsOf({ bots, memoryMb, diskMb }: BoundOptions): Partial<UserLimits> | undefined {
  const said = Object.entries({ bots, memoryMb, diskMb }).filter(([, bound]) => bound !== undefined);
  if (said.length === 0) return undefined;
  return Object.fromEntries(said.map(([kind, bound]) => [kind, bound === NONE ? null : bound]));
}

const linesOf = ({ bots, memoryMb, diskMb }: UserLimits): string[] => [
  `bots: ${bots ?? "no limit"}`,
  `memory: ${memoryMb === null ? "no limit" : `${memoryMb} MB`}`,
  `disk: ${diskMb === null ? "no limit" : `${diskMb} MB`}`,
];

/** The account that is meant: by its id or e-mail, else by its name where only one is called so. */
async function findUser(client: Client, word: string): Promise<UserView> {
  const users = await listUsers(client, word);
  const key = word.toLowerCase();
  const [one, ...others] = users.filter(({ id, email }) => id === word || email === key);
  if (one && others.length === 0) return one;
  const [first, ...more] = users.filter(({ name }) => name.toLowerCase() === key && !mayBeEmail(key));
  if (!first) throw Failure.of("not_found", `There is no account “${word}”.`);
  if (more.length > 0) throw Failure.use(`Several accounts are called “${word}”. Use an e-mail.`);
  return first;
}

/** Accounts, however many pages they are; `text`: those that it is found in. */
async function listUsers(client: Client, text?: string): Promise<UserView[]> {
  const all: UserView[] = [];
  let cursor: string | undefined;
  do {
    const { users, next } = await client.users.list({ text, limit: 200, cursor });
    all.push(...users);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return all;
}
