import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { botPermissions } from "#contracts/access";
import { botSettings } from "#contracts/bot";
import type { Database } from "#prisma/db";
import { quantile } from "../measure/statistics";
import { circumstances, loadNow } from "../report/circumstances";
import { table } from "../report/markdown";
import { account, openApi } from "./api";

/*
 * npm run bench -- people: what asking who may do what costs on a panel of 1,000 bots with 20 members each, over HTTP, with a
 * real Postgres and a worker that only answers (Next and its pages are left out); and how sign-in fares under guessing. Writes PEOPLE.md. `--quick`: a tenth of it; `--out <folder>`.
 */

const given = process.argv.slice(2);
const quick = given.includes("--quick");
const size = quick ? { bots: 100, asks: 20, tries: 100 } : { bots: 1_000, asks: 200, tries: 1_000 };
const MEMBERS = 20;
const PLACES = 50;
const BOT = idOf(0);
const out = given.includes("--out")
  ? (given[given.indexOf("--out") + 1] ?? "")
  : fileURLToPath(new URL("..", import.meta.url));

type Row = { what: string; values: number[] };

async function timed(times: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const values: number[] = [];
  for (let index = 0; index < times; index++) {
    const begun = performance.now();
    await work(index);
    values.push(performance.now() - begun);
  }
  return values;
}

async function main(): Promise<void> {
  const load = loadNow();
  const panel = await openApi();
  const rows: Row[] = [];
  const notes: string[] = [];
  try {
    const { db } = panel;
    const keys = await fill(db);

    const ask = async (key: string, path: string) => {
      const answer = await fetch(`${panel.url}/api${path}`, { headers: { authorization: `Bearer ${key}` } });
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      await answer.arrayBuffer();
    };
    const [owner = "", member = ""] = keys;
    const asks: readonly [string, string, string][] = [
      [`GET /api/v1/bots, all ${size.bots}, by their owner`, owner, "/v1/bots"],
      [`GET /api/v1/bots, all ${size.bots}, by a member of each`, member, "/v1/bots"],
      ["GET /api/v1/bots?limit=50, by a member of each", member, "/v1/bots?limit=50"],
      ["GET /api/v1/bots/{botId}, by a member", member, `/v1/bots/${BOT}`],
      ["GET /api/v1/me: a request with nothing behind it", member, "/v1/me"],
    ];
    for (const [what, key, path] of asks) {
      await timed(5, () => ask(key, path));
      rows.push({ what, values: await timed(size.asks, () => ask(key, path)) });
    }

    // Read here, once the environment says where the database is.
    const { assertMay } = await import("../../src/server/access");
    const { hashPassword, isPassword } = await import("../../src/server/passwords");
    const { checkPassword } = await import("../../src/server/sign-in");
    const { id: userId } = await db.user.findFirstOrThrow({ where: { name: "member 1" } });
    const actor = { kind: "person", userId, name: "member 1", role: "user", address: "192.0.2.1" } as const;
    const check = () => assertMay(actor, "console:read", BOT);
    await timed(20, check);
    rows.push({ what: "A permission check, with its question to the database", values: await timed(size.asks, check) });

    const stored = await hashPassword(account.password);
    rows.push({
      what: "A password compared (argon2id, 19 MiB, 2 passes)",
      values: await timed(Math.max(10, size.asks / 10), () => isPassword("wrong", stored)),
    });

    const refused = new Map<string, number>();
    const guess = (index: number) =>
      checkPassword(account.email, `wrong ${index}`, `198.51.100.${index % PLACES}`).catch((error: unknown) => {
        const code = String(error && typeof error === "object" && "code" in error ? error.code : error);
        refused.set(code, (refused.get(code) ?? 0) + 1);
      });
    rows.push({
      what: `A wrong try, of ${size.tries} from ${PLACES} addresses`,
      values: await timed(size.tries, guess),
    });
    const begun = performance.now();
    await checkPassword(account.email, account.password, "203.0.113.7");
    const took = (performance.now() - begun).toFixed(0);
    const told = [...refused].map(([code, count]) => `${count} × ${code}`).join(", ");
    notes.push(
      `${size.tries} wrong tries from ${PLACES} addresses: ${told}. Then the owner, from an address of their own: in, after ${took} ms.`,
    );
  } finally {
    await panel.close();
  }
  const facts = await circumstances(tmpdir(), ["npm run bench -- people", ...given].join(" "), load);
  writeFileSync(join(out, "PEOPLE.md"), pageOf(rows, facts, notes));
  console.log(`${join(out, "PEOPLE.md")} written.`);
}

function idOf(index: number): string {
  return `b${index.toString(36).padStart(9, "0")}`;
}

/** Bots that never started, each with all members; answers with keys of the owner and of the members. */
async function fill(db: Database): Promise<string[]> {
  await db.node.create({ data: { id: "node1", name: "bench", version: "0", lastSeenAt: new Date() } });
  const { hashPassword } = await import("../../src/server/passwords");
  const { name, email, password } = account;
  const owner = await db.user.create({
    data: { name, email, role: "admin", passwordHash: await hashPassword(password) },
  });
  const people = Array.from({ length: MEMBERS }, (_, index) => ({
    name: `member ${index + 1}`,
    email: `member${index + 1}@example.com`,
    role: "user" as const,
  }));
  const members = await db.user.createManyAndReturn({ data: people, select: { id: true } });
  const bots = Array.from({ length: size.bots }, (_, index) => ({
    id: idOf(index),
    nodeId: "node1",
    ownerId: owner.id,
    name: `bot ${index}`,
    nameKey: `bot ${index}`,
    runtime: "node",
    entry: "index.js",
    source: { kind: "template", template: "demo-js" },
    settings: botSettings.parse({}),
  }));
  await db.bot.createMany({ data: bots });
  const permissions = botPermissions.filter((name) => !name.endsWith(":reveal"));
  for (const { id: userId } of members)
    await db.grant.createMany({ data: bots.map(({ id }) => ({ botId: id, userId, permissions })) });
  await db.$executeRaw`ANALYZE`;
  return Promise.all(
    [owner.id, ...members.map(({ id }) => id)].map(async (userId) => {
      const token = `by_${randomBytes(32).toString("base64url")}`;
      const hash = createHash("sha256").update(token).digest("hex");
      await db.apiKey.create({ data: { userId, name: "bench", hash } });
      return token;
    }),
  );
}

const ms = (value: number) => value.toFixed(value < 10 ? 2 : 0);
const pageOf = (rows: readonly Row[], facts: Awaited<ReturnType<typeof circumstances>>, notes: readonly string[]) =>
  [
    "# People",
    "Written by `npm run bench -- people`. Each row is asked one after another, ms.",
    facts.map(([what, how]) => `- ${what}: ${how}`).join("\n"),
    "## Measured",
    table(
      ["", "p50", "p99", "most", "n"],
      rows.map(({ what, values }) => [
        what,
        ms(quantile(values, 0.5)),
        ms(quantile(values, 0.99)),
        ms(Math.max(...values)),
        `${values.length}`,
      ]),
    ),
    notes.map((note) => `- ${note}`).join("\n"),
    "",
  ].join("\n\n");

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
