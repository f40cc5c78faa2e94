import type { BotDefinition, BotId, BotRun } from "#contracts/bot";
import type { Desired } from "#contracts/process";
import { type Database, isDatabaseAway, openDatabase } from "#prisma/db";
import type { Closer } from "../ports/index";
import { openDebt } from "./owed";
import { readDefinitions, registerNode, writeRow } from "./rows";

export { readNodeId } from "./node";

/** The copy of the worker's truth in Postgres. Nothing here is ever waited for: a database that is down delays nobody. */
export interface Records {
  desired(botId: BotId, desired: Desired, at: number): void;
  run(run: BotRun): void;
  forget(botId: BotId): void;
  /** Whether the database answered when it was last asked. */
  database(): boolean;
  close: Closer;
}

type RecordsPorts = {
  /** The database's address; throws while nobody knows it. Asked again whenever the database is away. */
  url(): string;
  /** What is owed, on disk. */
  owedFile: string;
  node: { id: string; name: string; version: string };
  /** Takes a definition that the database has; called for each whenever the database comes (back) up. */
  heal(definition: BotDefinition): Promise<unknown>;
  say(line: string): void;
};

/** How often the database is asked whether it is there, and how often the machine says that it is, ms. */
const PULSE_MS = 10_000;
const REGISTER_MS = 60_000;
/** First and longest pause between tries while it is away, ms. */
const RETRY_MS = { first: 1_000, longest: 15_000 } as const;
const BATCH = 50;

/** Opens the copy: it tries at once, and then for ever. */
export function openRecords({ url, owedFile, node, heal, say }: RecordsPorts): Records {
  const debt = openDebt(owedFile, say);
  const forgotten = new Set<BotId>();
  let client: { database: Database; url: string } | undefined;
  let up = false;
  let closed = false;
  let pause: number = RETRY_MS.first;
  let registeredAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let busy: Promise<void> | undefined;

  /** The address may change while the database is away: the launcher gives it a port at each start. */
  async function open(): Promise<Database> {
    const address = url();
    if (client && client.url !== address) await disconnect();
    client ??= { database: openDatabase(address), url: address };
    return client.database;
  }

  async function disconnect() {
    const old = client;
    client = undefined;
    await old?.database.$disconnect().catch(() => {});
  }

  async function work(): Promise<void> {
    const database = await open();
    if (!up || Date.now() - registeredAt >= REGISTER_MS) {
      await registerNode(database, node);
      registeredAt = Date.now();
    } else if (debt.size() === 0) {
      await database.$queryRaw`select 1`;
    }
    if (!up) {
      up = true;
      pause = RETRY_MS.first;
      say("records: the database answers");
      await healAll(database);
    }
    await pay(database);
  }

  async function healAll(database: Database): Promise<void> {
    for (const definition of await readDefinitions(database, node.id, say)) {
      // Its row may live on for the moment that the web's transaction takes.
      if (closed || forgotten.has(definition.id)) continue;
      await heal(definition).catch((error: unknown) => say(`records: bot ${definition.id}: ${String(error)}`));
    }
  }

  async function pay(database: Database): Promise<void> {
    for (let rows = debt.oldest(BATCH); rows.length > 0 && !closed; rows = debt.oldest(BATCH)) {
      for (const row of rows) {
        try {
          await writeRow(database, row);
        } catch (error) {
          if (isDatabaseAway(error)) throw error;
          // A row that can never be written must not hold up the others.
          say(`records: a ${row.kind} of bot ${row.botId} was refused: ${String(error)}`);
        }
        debt.paid(row);
      }
    }
  }

  function beat() {
    if (closed || busy) return;
    clearTimeout(timer);
    busy = work()
      .then(
        () => PULSE_MS,
        async (error: unknown) => {
          if (up) say(`records: the database does not answer: ${firstLine(error)}`);
          up = false;
          await disconnect();
          const wait = pause;
          pause = Math.min(RETRY_MS.longest, pause * 2);
          return wait;
        },
      )
      .then((wait) => {
        busy = undefined;
        if (closed) return;
        timer = setTimeout(beat, debt.size() > 0 && up ? 0 : wait);
        timer.unref();
      });
  }

  function owe(entry: Parameters<typeof debt.owe>[0]) {
    debt.owe(entry);
    if (up) beat();
  }

  beat();
  return {
    desired: (botId, desired, at) => owe({ kind: "desired", botId, desired, at }),
    run: (run) => owe({ kind: "run", botId: run.botId, run }),
    forget(botId) {
      forgotten.add(botId);
      owe({ kind: "forget", botId });
    },
    database: () => up,
    async close() {
      closed = true;
      clearTimeout(timer);
      await disconnect();
      await busy;
    },
  };
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split("\n").at(-1) ?? "";
