import { createORPCClient } from "@orpc/client";
import { type AnyContractProcedure, isContractProcedure } from "@orpc/contract";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import { Client } from "pg";
import type { BotPermission, Permission } from "#contracts/access";
import { botPermissions, type KeyScope, panelPermissions, presets } from "#contracts/access";
import { api } from "#contracts/api/index";
import { serveApi } from "../../../src/server/api";
import { hashCode } from "../../../src/server/codes";
import { hashKey } from "../../../src/server/key-use";
import {
  type Asker,
  HOST,
  idOf,
  keyOf,
  localKey,
  nobody,
  openTestPanel,
  type TestPanel,
} from "../../../src/server/testing/panel";
import type { Scene } from "./samples";

export type Operation = {
  name: string;
  permission: Permission;
  /** Permissions of which one is enough to be heard: the first is the one that a refusal names. */
  enough: readonly Permission[];
  writes: boolean;
  /** Whether its address names a bot. */
  onBot: boolean;
};

/** Every operation of the catalogue. */
export const operations: readonly Operation[] = operationsIn(api, []);

function operationsIn(router: object, above: readonly string[]): Operation[] {
  return Object.entries(router).flatMap(([key, value]: [string, unknown]) => {
    const path = [...above, key];
    if (isContractProcedure(value)) return [operationOf(path.join("."), value)];
    return typeof value === "object" && value !== null ? operationsIn(value, path) : [];
  });
}

function operationOf(name: string, procedure: AnyContractProcedure): Operation {
  const { route, meta } = procedure["~orpc"];
  const { permission, instead = [], writes = false }: Meta = meta;
  if (permission === undefined) throw new Error(`${name} declares no permission`);
  return {
    name,
    permission,
    enough: [permission, ...instead],
    writes,
    onBot: route.path?.includes("{botId}") === true,
  };
}
type Meta = { permission?: Permission; instead?: readonly BotPermission[]; writes?: boolean };

/** Who asks. `bots`: what they may with each kind of bot; `panel`: which permissions that hang on no bot they have. */
export type Role = {
  asker: Asker;
  signedIn: boolean;
  own: readonly Permission[];
  others: readonly Permission[];
  panel: readonly Permission[];
  ownsTag: boolean;
};
export const roleNames = [
  "anonymous",
  "stranger",
  "viewer",
  "operator",
  "owner",
  "admin",
  "local",
  "keyOfOwner",
  "scopedKey",
  "expiredKey",
  "keyOfAnotherBot",
] as const;
export type RoleName = (typeof roleNames)[number];

export const targets = ["own", "others", "none"] as const;
export type Target = (typeof targets)[number];

/** `body`: as it came, with its media type. */
export type Answer = { status: number; code: string; values: Record<string, unknown>; type: string; body: string };

export type World = {
  panel: TestPanel;
  roles: Readonly<Record<RoleName, Role>>;
  scene(target: Target, role?: RoleName): Scene;
  /** Asks an operation over HTTP, as any client would: through the real route, encoded by the contract. */
  call(asker: Asker, name: string, input: unknown): Promise<Answer>;
  /** Tables that no longer hold what they held, but for when somebody was last seen. */
  changed(): Promise<string[]>;
  /** Puts everything back as it was. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

const everything: Permission[] = [...botPermissions];

export async function openWorld(): Promise<World> {
  // Nobody answers there: a worker that runs on this machine is none of ours.
  process.env.BOTYARD_GATEWAY_PORT = "1";
  const panel = await openTestPanel();
  const { db } = panel;
  const [admin, owner, other] = [
    await panel.person("ada", "admin"),
    await panel.person("otto"),
    await panel.person("olga"),
  ];
  const [stranger, viewer, operator] = [
    await panel.person("stina"),
    await panel.person("vera"),
    await panel.person("oskar"),
  ];
  const user = await panel.person("una");
  const mine = await panel.bot(owner, "mine");
  const second = await panel.bot(owner, "second");
  const theirs = await panel.bot(other, "theirs");
  const bots = { own: mine, others: theirs, none: "zzzzzzzzzz" } as const;
  for (const [{ id }, preset] of [
    [viewer, "viewer"],
    [operator, "operator"],
  ] as const)
    await db.grant.create({ data: { botId: mine, userId: id, permissions: [...presets[preset]] } });
  for (const botId of [mine, theirs]) {
    await db.envVar.create({ data: { botId, key: "KEPT", secret: false, value: "kept" } });
    await db.bot.update({
      where: { id: botId },
      data: { source: { kind: "git", url: "https://git.example/bot.git" }, revision: 1 },
    });
  }
  const soon = new Date(Date.now() + 3_600_000);
  const scoped = async (scope: KeyScope) => {
    const token = `by_${JSON.stringify(scope).length}-${scope.permissions.length}`;
    await db.apiKey.create({
      data: { userId: owner.id, name: "scoped", hash: hashKey(token), scope, expiresAt: soon },
    });
    return { authorization: `Bearer ${token}` };
  };
  const all = {
    signedIn: true,
    own: everything,
    others: [],
    panel: ["self", "account", "bot:create"],
    ownsTag: false,
  } as const;
  const none = { ...all, own: [], panel: [] };
  const roles: World["roles"] = {
    anonymous: { ...none, asker: nobody, signedIn: false },
    stranger: { ...all, asker: stranger.asker, own: [] },
    viewer: { ...all, asker: viewer.asker, own: presets.viewer },
    operator: { ...all, asker: operator.asker, own: presets.operator },
    owner: { ...all, asker: owner.asker, ownsTag: true },
    admin: { ...all, asker: admin.asker, others: everything, panel: [...all.panel, "admin"] },
    local: { ...all, asker: localKey(), others: everything, panel: [...all.panel, "admin"] },
    keyOfOwner: { ...all, asker: await keyOf(db, owner.id, soon), ownsTag: true },
    scopedKey: {
      ...none,
      asker: await scoped({ permissions: [...presets.operator], bots: [mine] }),
      own: presets.operator,
      panel: ["self"],
    },
    expiredKey: { ...none, asker: await keyOf(db, owner.id, new Date(0)), signedIn: false },
    keyOfAnotherBot: {
      ...all,
      asker: await scoped({ permissions: [...panelPermissions, ...botPermissions], bots: [second] }),
      own: [],
      ownsTag: true,
    },
  };

  const keyNamed = async (userId: string, name: string) =>
    (await db.apiKey.create({ data: { userId, name, hash: hashKey(name), expiresAt: soon } })).id;
  const sshKey = { name: "ssh", type: "ssh-ed25519", fingerprint: "SHA256:x", publicKey: "AAAA" };
  const tag = await db.tag.create({ data: { ownerId: owner.id, name: "tag", nameKey: "tag" } });
  await db.botTag.create({ data: { tagId: tag.id, botId: mine } });
  const code = "an-invite-code-of-some-length-0123456789012";
  const invite = async (more: object, codeHash: string) =>
    (
      await db.invite.create({
        data: { codeHash, creatorId: owner.id, permissions: ["bot:view"], expiresAt: soon, ...more },
      })
    ).id;
  const member = await panel.person("mia");
  await db.grant.create({ data: { botId: mine, userId: member.id, permissions: ["bot:view"] } });
  await db.grant.create({ data: { botId: theirs, userId: member.id, permissions: ["bot:view"] } });
  for (const { id } of [member, viewer])
    await db.tagGrant.create({ data: { tagId: tag.id, userId: id, permissions: ["bot:view"] } });
  const pending = { userCode: "BCDFGHJK", name: "laptop", address: "192.0.2.9", begunAt: Date.now() };
  await db.pending.create({ data: { id: "pending", kind: "device", data: pending, expiresAt: soon } });
  const imported = new Map<string, string>();
  for (const [name, { asker, signedIn }] of Object.entries(roles))
    if (signedIn && name !== "scopedKey") {
      const made = await panel.ask(asker, "POST", "/v1/imports", { kind: "template", template: "demo-js" });
      imported.set(name, idOf(made.body));
    }
  const seen = { expiresAt: soon, address: "192.0.2.9", userAgent: "" };
  const publicKey = { publicKey: Buffer.from("x"), counter: 0n, transports: [] };
  const fixed = {
    user,
    member,
    key: await keyNamed(user.id, "theirs"),
    spareKey: await keyNamed(owner.id, "spare"),
    sshKey: (await db.sshKey.create({ data: { userId: owner.id, ...sshKey } })).id,
    session: (await db.session.create({ data: { id: "spare", userId: owner.id, via: "password", ...seen } })).id,
    passkey: (await db.passkey.create({ data: { id: "spare", userId: owner.id, name: "spare", ...publicKey } })).id,
    ban: (await db.ban.create({ data: { kind: "network", value: "198.18.0.0/15" } })).id,
    tag: tag.id,
    invites: {
      bot: await invite({ botId: mine }, hashCode(code)),
      tag: await invite({ tagId: tag.id }, "of the tag"),
      account: await invite({ creatorId: admin.id, permissions: [] }, "of an account"),
      code,
    },
    userCode: "BCDF-GHJK",
  };

  const sql = new Client({ connectionString: process.env.DATABASE_URL });
  await sql.connect();
  const tables = (
    await sql.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%' ORDER BY 1`,
    )
  ).rows.map(({ name }) => name);
  await sql.query(
    `CREATE SCHEMA kept; ${tables.map((one) => `CREATE TABLE kept."${one}" AS TABLE public."${one}"`).join(";")}`,
  );
  const hashed = tables
    .map(
      (one) =>
        `SELECT '${one}' AS name, md5(string_agg(x, '' ORDER BY x)) AS hash FROM (SELECT (to_jsonb(t) - '{${(moving[one] ?? []).join()}}'::text[])::text AS x FROM "${one}" t) AS rows`,
    )
    .join(" UNION ALL ");
  const hashes = async () => new Map((await sql.query<Hash>(hashed)).rows.map(({ name, hash }) => [name, hash]));
  const first = await hashes();
  const { worker } = panel;
  const [definitions, imports] = [new Map(worker.definitions), new Map(worker.imports)];
  const putBack = <K, V>(map: Map<K, V>, from: Map<K, V>) => {
    map.clear();
    for (const [key, value] of from) map.set(key, value);
  };

  return {
    panel,
    roles,
    scene: (target, role = "owner") => ({
      ...fixed,
      bot: bots[target],
      import: imported.get(role) ?? imported.get("owner") ?? "",
    }),
    call,
    async changed() {
      const now = await hashes();
      // Tries are counted whoever makes them.
      return tables.filter((one) => one !== "SignInThrottle" && now.get(one) !== first.get(one));
    },
    async reset() {
      const now = await hashes();
      const back = tables
        .filter((one) => now.get(one) !== first.get(one))
        .map((one) => `DELETE FROM "${one}"; INSERT INTO "${one}" SELECT * FROM kept."${one}";`);
      // Without its triggers a table may come back before those that it refers to.
      if (back.length > 0)
        await sql.query(
          `SET session_replication_role = replica; ${back.join("")} SET session_replication_role = DEFAULT`,
        );
      putBack(worker.definitions, definitions);
      putBack(worker.imports, imports);
      worker.asks.length = 0;
    },
    async close() {
      await sql.end();
      await panel.close();
    },
  };
}

/** What is written of everybody who asks for anything at all, at most once a minute. */
const moving: Readonly<Record<string, readonly string[]>> = {
  ApiKey: ["lastUsedAt", "lastUsedFrom"],
  Session: ["lastSeenAt", "expiresAt", "address", "userAgent"],
};

type Hash = { name: string; hash: string | null };

type Asking = { asker: Asker; answered: (answer: Answer) => void };

const client = createORPCClient(
  new OpenAPILink<Asking>(api, {
    url: `http://${HOST}/api`,
    async fetch(request, _init, { context: { asker, answered } }) {
      const headers = new Headers(request.headers);
      const own = { host: HOST, origin: `http://${HOST}`, "x-botyard-peer": "192.0.2.1", ...asker };
      for (const [key, value] of Object.entries(own)) headers.set(key, value);
      const { method } = request;
      const body = method === "GET" ? undefined : await request.arrayBuffer();
      const answer = await serveApi(new Request(request.url, { method, headers, body }));
      const text = await answer.text();
      const failed = answer.status >= 400 ? JSON.parse(text) : {};
      const type = answer.headers.get("content-type") ?? "";
      answered({ status: answer.status, code: failed.code ?? "done", values: failed.values ?? {}, type, body: text });
      return new Response("{}", { headers: { "content-type": "application/json" } });
    },
  }),
);

async function call(asker: Asker, name: string, input: unknown): Promise<Answer> {
  const found = name.split(".").reduce<unknown>((at, key) => Reflect.get(Object(at), key), client);
  if (typeof found !== "function") throw new Error(`no such operation: ${name}`);
  return new Promise((answered, fail) => {
    found(input, { context: { asker, answered } }).catch(fail);
  });
}
