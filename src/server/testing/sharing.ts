import { afterAll, beforeAll, beforeEach } from "vitest";
import { z } from "zod";
import { type BotPermission, presets } from "#contracts/access";
import { memberList, taggedResult } from "#contracts/members";
import { database } from "#prisma/db";
import { type Asker, openTestPanel, type Person, type TestPanel } from "./panel";

/** What most people are given. */
export const week = { permissions: [...presets.viewer] };

export const codeOf = ({ status, body }: { status: number; body: unknown }): string => {
  const read = z.object({ code: z.string(), status: z.number() }).safeParse(body);
  return read.success ? read.data.code : String(status);
};
/** The code of an invite just made. */
export const codeIn = (body: unknown): string => z.object({ code: z.string() }).parse(body).code;

export type Sharing = {
  panel: TestPanel;
  admin: Person;
  owner: Person;
  manager: Person;
  viewer: Person;
  stranger: Person;
  /** The owner's bots; the manager and the viewer are let in to the first. */
  botId: string;
  other: string;
};

/** One panel for a file of tests about who shares what: before each, two members by themselves and nothing else. */
export function shareOnePanel() {
  const world = {} as Sharing;
  beforeAll(async () => {
    const panel = await openTestPanel();
    const owner = await panel.person("olga");
    Object.assign(world, {
      panel,
      owner,
      admin: await panel.person("admin", "admin"),
      manager: await panel.person("max"),
      viewer: await panel.person("vera"),
      stranger: await panel.person("sven"),
      botId: await panel.bot(owner, "one"),
      other: await panel.bot(owner, "two"),
    });
  });
  afterAll(() => world.panel?.close());
  beforeEach(async () => {
    const { db, worker } = world.panel;
    for (const table of [db.grant, db.tag, db.invite, db.auditEntry, db.signInThrottle] as { deleteMany(): unknown }[])
      await table.deleteMany();
    worker.asks.length = 0;
    await grant(world.manager, [...presets.manager]);
    await grant(world.viewer, [...presets.viewer]);
  });

  const grant = (person: Person, permissions: BotPermission[], hiddenPaths: string[] = []) =>
    world.panel.db.grant.create({ data: { botId: world.botId, userId: person.id, permissions, hiddenPaths } });
  const ask = (person: { asker: Asker }, method: string, path: string, body?: unknown) =>
    world.panel.ask(person.asker, method, path, body);

  return {
    world,
    grant,
    /** Changes what somebody was granted, behind everybody's back. */
    regrant: (person: Person, data: { permissions?: BotPermission[]; hiddenPaths?: string[] }) =>
      world.panel.db.grant.update({ where: { botId_userId: { botId: world.botId, userId: person.id } }, data }),
    ask,
    members: () => `/v1/bots/${world.botId}/members`,
    async listed(person: Person, path = `/v1/bots/${world.botId}/members`) {
      return memberList.parse((await ask(person, "GET", path)).body).members.map(({ name }) => name);
    },
    /** What somebody may do with a bot, or the status that they are answered with. */
    async mayNow(person: Person, id = world.botId) {
      const { status, body } = await ask(person, "GET", `/v1/bots/${id}`);
      return status === 200 ? z.object({ permissions: z.array(z.string()) }).parse(body).permissions : status;
    },
    /** Whose connections the worker was told to look at. */
    told: () =>
      world.panel.worker.asks.flatMap(({ name, input }) =>
        name === "access.changed" ? [z.object({ userId: z.string() }).parse(input).userId] : [],
      ),
    async audited() {
      const rows = await world.panel.db.auditEntry.findMany({ orderBy: { id: "asc" } });
      return rows.map(({ action, detail }) => ({ action, detail }));
    },
    /** Puts a tag on bots, or takes it off: what became of each, or the status. */
    async tagged(person: Person, tagId: string, botIds: string[], how = "bots") {
      const { status, body } = await ask(person, "POST", `/v1/tags/${tagId}/${how}`, { botIds });
      if (status !== 200) return status;
      const { results } = z.object({ results: z.array(taggedResult) }).parse(body);
      return results.map((one) => (one.outcome === "done" ? "done" : one.code));
    },
  };
}

/** Holds a bot's row as a change of its members does, until released. */
export async function holdBot(botId: string): Promise<{ release(): Promise<void> }> {
  let release = () => {};
  const released = new Promise<void>((go) => {
    release = go;
  });
  let held = () => {};
  const holding = new Promise<void>((go) => {
    held = go;
  });
  const over = database().$transaction(
    async (db) => {
      await db.$queryRaw`SELECT 1 FROM "Bot" WHERE "id" = ${botId} FOR NO KEY UPDATE`;
      held();
      await released;
    },
    { timeout: 30_000 },
  );
  await holding;
  return {
    async release() {
      release();
      await over;
    },
  };
}

/** How many of this database wait for somebody else's lock. */
export async function waiting(): Promise<number> {
  const [row] = await database().$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return Number(row?.count ?? 0);
}
