import Ajv from "ajv/dist/2020";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { AppError } from "#contracts/errors";
import { PROBLEM } from "#contracts/problem";
import { type RpcName, rpc } from "#contracts/rpc";
import { database } from "#prisma/db";
import { openApi } from "../../src/server/openapi";
import type { Answer } from "./support/call";
import { openWorld, type World } from "./support/matrix-world";
import { type Operation, operations } from "./support/operations";
import { samples } from "./support/samples";

/*
 * What holds for every operation of the catalogue, seen in what it answers to who may and in what it leaves behind: its answer is as the
 * OpenAPI document says, a change is remembered, and of the change and its entry neither is there without the other.
 */

let world: World;
let document: Awaited<ReturnType<typeof openApi>>;
const ajv = new Ajv({ strict: false, validateFormats: false });
beforeAll(async () => {
  world = await openWorld();
  document = structuredClone(await openApi());
  ajv.addSchema(document, "api");
}, 300_000);
afterAll(() => world?.close());
beforeEach(() => world.reset());

/** Writes that leave no entry, and why. */
const unremembered: Readonly<Record<string, string>> = {
  "signIn.passkey": "a question for a signature; who signs in by it is remembered",
  "account.passkeys.begin": "a question for a signature; the passkey that comes of it is remembered",
  "account.twoFactor.begin": "shows a secret that counts for nothing before a code of it is given, which is remembered",
  "account.preferences.change": "how one's own pages look",
  "device.begin": "a question to be let in; the answer is remembered",
  "invites.look": "looks",
  "live.ticket": "lets see what one sees anyway, for minutes",
  "viewAs.stop": "nobody is looking in the sample; the end of it is remembered",
  "tags.put": "the bot of the sample has the tag already; to put it on is remembered",
  "tools.call": "what it calls is remembered",
  "env.preview": "looks",
  "transfers.taken": "looks",
  "transfers.chunk": "a piece of what was announced, which is remembered",
  "transfers.finishUpload": "as it was announced, which is remembered; what is written over besides is",
  "deploys.check": "looks",
  "imports.branches": "looks",
  "imports.chunk": "files of no bot yet",
  "imports.finish": "files of no bot yet",
  "imports.cancel": "files of no bot yet",
};
/** All but that access has changed, which is told afterwards. */
const rpcNames = (Object.keys(rpc) as RpcName[]).filter((name) => !name.startsWith("access."));
const isLook = (name: string): boolean => /\.(get|state|uploadState|list|live)$/.test(name);

/** Asks it as who is to succeed with it. */
function ask({ name, permission }: Operation): Promise<Answer> {
  const { input, by } = samples[name] ?? {};
  const { asker } = world.roles[by ?? (permission === "admin" ? "admin" : "owner")];
  return world.call(asker, name, input?.(world.scene("own", by ?? "owner")));
}

const entries = () => database().auditEntry.findMany({ select: { action: true, actorName: true, via: true } });

test.each(operations.map((one) => [one.name, one] as const))("%s", async (name, one) => {
  const before = await entries();
  const answer = await ask(one);
  expect(wrongIn(name, answer)).toEqual([]);
  const written = (await entries()).slice(before.length);
  if (one.writes && samples[name]?.says === undefined)
    expect([name, answer.code, written.length > 0]).toEqual([name, "done", unremembered[name] === undefined]);
});

/** What of an answer is not as the document says. */
function wrongIn(name: string, { status, type, body }: Answer): unknown[] {
  const [path, method] = placeOf(name);
  const at = `api#/paths/${path.replaceAll("~", "~0").replaceAll("/", "~1")}/${method}/responses`;
  const told = Object.keys(Object(Reflect.get(Object(document.paths?.[path]), method)).responses);
  if (status >= 400)
    return type === PROBLEM && [String(status), "default"].some((one) => told.includes(one))
      ? []
      : [status, type, told];
  if (!told.includes(String(status))) return [status, told];
  if (!type.startsWith("application/json") || name === "audit.download") return [];
  const fits = ajv.getSchema(`${at}/${status}/content/application~1json/schema`);
  if (!fits) return ["no schema"];
  return fits(JSON.parse(body)) ? [] : (fits.errors ?? []);
}

function placeOf(name: string): [path: string, method: string] {
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const [method, operation] of Object.entries(item ?? {}))
      if (z.object({ operationId: z.literal(name) }).safeParse(operation).success) return [path, method];
  throw new Error(`the document knows no ${name}`);
}

const remembered = operations.filter(({ name, writes }) => writes && !unremembered[name] && !samples[name]?.says);

test.each(remembered.map((one) => [one.name, one] as const))("%s: both or neither", async (name, one) => {
  await fill();
  try {
    const answer = await ask(one);
    expect([name, answer.status, answer.code]).toEqual([name, 503, "database_full"]);
    expect([name, await world.changed()]).toEqual([name, []]);
    const asks = world.panel.worker.asks.filter((each) => !isLook(each.name));
    expect([name, asks]).toEqual([name, []]);
  } finally {
    await empty();
  }
  const refusal = new AppError("disk_unwritable", { detail: "full", path: "/x" });
  for (const rpcName of rpcNames) world.panel.worker.refuse(rpcName, refusal);
  try {
    const answer = await ask(one);
    if (answer.code === "disk_unwritable") expect([name, await world.changed()]).toEqual([name, []]);
  } finally {
    for (const rpcName of rpcNames) world.panel.worker.refuse(rpcName, null);
  }
});

/** As Postgres answers when its disk is full. */
const fill = () =>
  run(
    `CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$`,
    `CREATE TRIGGER no_room BEFORE INSERT ON "AuditEntry" FOR EACH ROW EXECUTE FUNCTION no_room()`,
  );
const empty = () => run(`DROP FUNCTION no_room() CASCADE`);
async function run(...statements: string[]): Promise<void> {
  for (const one of statements) await database().$executeRawUnsafe(one);
}
