import { type BotDefinition, botDefinition } from "#contracts/bot";
import { type Database, Prisma } from "#prisma/db";
import type { OwedRow } from "./owed";

/** Writes one owed row. False: its bot is not in the database, so there is nobody to write it for. */
export async function writeRow(database: Database, row: OwedRow): Promise<boolean> {
  try {
    if (row.kind === "desired") {
      const { botId, desired } = row;
      await database.botRuntime.upsert({ where: { botId }, create: { botId, desired }, update: { desired } });
    } else {
      const { botId, run, cause, startedAt, endedAt, exit } = row.run;
      const fields = {
        cause,
        startedAt: new Date(startedAt),
        endedAt: endedAt === undefined ? null : new Date(endedAt),
        exitCode: exit?.code ?? null,
        signal: exit?.signal ?? null,
        reason: exit ? exit.reason : Prisma.DbNull,
      };
      await database.botRun.upsert({
        where: { botId_run: { botId, run } },
        create: { botId, run, ...fields },
        update: fields,
      });
    }
    return true;
  } catch (error) {
    // P2003: the foreign key found no bot.
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2003") return false;
    throw error;
  }
}

/** Says that this machine is here. The web needs the row before it can make the first bot. */
export async function registerNode(
  database: Database,
  node: { id: string; name: string; version: string },
): Promise<void> {
  const lastSeenAt = new Date();
  const { id, name, version } = node;
  await database.node.upsert({
    where: { id },
    create: { id, name, version, lastSeenAt },
    update: { name, version, lastSeenAt },
  });
}

/** Every definition of this machine's bots, secrets sealed as they are; a row that makes no sense is named and left out. */
export async function readDefinitions(
  database: Database,
  nodeId: string,
  say: (line: string) => void,
): Promise<BotDefinition[]> {
  const rows = await database.bot.findMany({ where: { nodeId }, include: { env: true } });
  return rows.flatMap((row) => {
    const { id, name, runtime, entry, source, settings, tokenOptional, trusted, revision } = row;
    const env = row.env.map(({ key, secret, value }) => ({ key, secret, value }));
    const kept = { deploy: row.deploy ?? undefined, panelToken: row.panelToken ?? undefined };
    const told = { id, name, runtime, entry, source, settings, env, tokenOptional, trusted, revision, ...kept };
    const read = botDefinition.safeParse(told);
    if (read.success) return [read.data];
    say(`records: the row of bot ${id} makes no sense: ${read.error.issues[0]?.message ?? ""}`);
    return [];
  });
}
