import { botPermissions, type KeyScope, type Permission, panelPermissions, presets } from "#contracts/access";
import { hashCode } from "../../../src/server/codes";
import { hashKey } from "../../../src/server/key-use";
import {
  type Asker,
  idOf,
  keyOf,
  localKey,
  nobody,
  openTestPanel,
  type TestPanel,
} from "../../../src/server/testing/panel";
import { call } from "./call";
import type { Scene } from "./samples";
import { keepTables, type Tables } from "./tables";

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

export type World = {
  panel: TestPanel;
  roles: Readonly<Record<RoleName, Role>>;
  scene(target: Target, role?: RoleName): Scene;
  call: typeof call;
  changed: Tables["changed"];
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
  const stray = "stray00001";
  const known = panel.worker.definitions.get(mine);
  if (known) panel.worker.definitions.set(stray, { ...known, id: stray, name: "stray", env: [] });
  const fixed = {
    stray,
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

  const tables = await keepTables();
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
    changed: tables.changed,
    async reset() {
      await tables.reset();
      putBack(worker.definitions, definitions);
      putBack(worker.imports, imports);
      worker.asks.length = 0;
    },
    async close() {
      await tables.close();
      await panel.close();
    },
  };
}
