import type { BotPermission } from "#contracts/access";
import { PASSWORD } from "../../../src/server/testing/panel";

/**
 * One input of every operation that is right in every part, so that a refusal of it is one of who asks and of nothing else. `bot` is the
 * bot that is meant; everything else belongs to the owner of the tests' bot, unless its name says otherwise.
 */
export type Scene = {
  bot: string;
  /** A bot of the worker's without a row. */
  stray: string;
  user: { id: string; email: string };
  key: string;
  spareKey: string;
  sshKey: string;
  session: string;
  passkey: string;
  ban: string;
  tag: string;
  member: { id: string; email: string };
  invites: { bot: string; tag: string; account: string; code: string };
  import: string;
  userCode: string;
};

type Sample = {
  input?: (scene: Scene) => unknown;
  /** Who is to succeed with it, so that it is known to be right; the bot's owner, or an admin where only they may. */
  by?: "viewer" | "stranger" | "keyOfOwner" | "local";
  /** Only people do it: a key, and whoever owns the machine, are told that they lack its permission. */
  inPerson?: true;
  /** No key does it, whatever it may otherwise: it would let its holder in for longer. */
  keyless?: true;
  /** What is asked of each bot of the tag as well, once somebody is known to own the tag. */
  tagged?: BotPermission;
  /** What even they are told, where a success would need more than there is here. */
  says?: string;
};

const onBot: Sample = { input: ({ bot }) => ({ botId: bot }) };
const on = (more: object | ((scene: Scene) => object), rest: Omit<Sample, "input"> = {}): Sample => ({
  ...rest,
  input: (scene) => ({ botId: scene.bot, ...(typeof more === "function" ? more(scene) : more) }),
});
const of = (input: object | ((scene: Scene) => object), rest: Omit<Sample, "input"> = {}): Sample => ({
  ...rest,
  input: (scene) => (typeof input === "function" ? input(scene) : input),
});
const plain: Sample = {};
const keyless = { keyless: true } as const;
const transferId = "abcdefghijklmnop";
const terms = { permissions: ["bot:view"], hiddenPaths: [] };
const password = "a password of some length";
const path = "notes.txt";
const response = { clientDataJSON: "x", attestationObject: "x" };
const attestation = { id: "x", rawId: "x", type: "public-key", response };

export const samples: Readonly<Record<string, Sample>> = {
  "panel.health": plain,
  "panel.node": plain,
  "panel.doctor": plain,
  "setup.status": plain,
  "setup.create": of({ code: "x", name: "Eve", email: "eve@example.com", password }, { says: "setup_closed" }),
  "signIn.passkey": plain,
  "signIn.reset": of({ code: "x", password }, { says: "reset_link_invalid" }),
  "signIn.makeReset": of({ email: "otto@example.com" }, { by: "local" }),
  "account.me": plain,
  "account.security": plain,
  "account.preferences.read": plain,
  "account.preferences.change": of({ theme: "dark" }),
  "account.passkeys.list": plain,
  "account.passkeys.begin": of({ name: "key", password: PASSWORD }, keyless),
  "account.passkeys.add": of({ ticket: "x", made: attestation }, { says: "passkey_refused" }),
  "account.passkeys.rename": of(({ passkey }) => ({ passkeyId: passkey, name: "renamed" })),
  "account.passkeys.remove": of(({ passkey }) => ({ passkeyId: passkey })),
  "account.twoFactor.begin": of({ password: PASSWORD }, keyless),
  "account.twoFactor.enable": of({ code: "123456" }, { says: "code_wrong" }),
  "account.twoFactor.disable": of({ password: PASSWORD, code: "123456" }, { ...keyless, says: "two_factor_off" }),
  "account.twoFactor.renewCodes": of({ password: PASSWORD, code: "123456" }, { ...keyless, says: "two_factor_off" }),
  "account.discord.link": of({ password: PASSWORD }, { ...keyless, says: "discord_off" }),
  "account.discord.unlink": plain,
  "account.rename": of({ name: "Otto the second" }),
  "account.changeEmail": of({ email: "otto2@example.com", password: PASSWORD }, keyless),
  "account.changePassword": of({ present: PASSWORD, password }, keyless),
  "account.sessions.list": plain,
  "account.sessions.end": of(({ session }) => ({ sessionId: session })),
  "account.sessions.endOthers": plain,
  "account.keys.list": plain,
  "account.keys.create": of(
    { name: "more", scope: { permissions: ["bot:view"], bots: "own" }, days: 1, password: PASSWORD },
    keyless,
  ),
  "account.keys.revoke": of(({ spareKey }) => ({ keyId: spareKey })),
  "account.keys.revokeThis": { by: "keyOfOwner" },
  "account.sshKeys.list": plain,
  "account.sshKeys.add": of(
    {
      publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDU1nN8JqkQ4oQ6h7b5f1ZyL5m1kZ2n3o4p5q6r7s8t9 matrix",
      password: PASSWORD,
    },
    keyless,
  ),
  "account.sshKeys.remove": of(({ sshKey }) => ({ keyId: sshKey })),
  "users.list": plain,
  "users.get": of(({ user }) => ({ userId: user.id })),
  "users.update": of(({ user }) => ({ userId: user.id, name: "Una" })),
  "users.disable": of(({ user }) => ({ userId: user.id })),
  "users.enable": of(({ user }) => ({ userId: user.id })),
  "users.setRole": of(({ user }) => ({ userId: user.id, role: "admin", password: PASSWORD })),
  "users.setLimits": of(({ user }) => ({ userId: user.id, limits: null })),
  "users.delete": of(({ user }) => ({ userId: user.id })),
  "users.revokeKey": of(({ user, key }) => ({ userId: user.id, keyId: key })),
  "limits.own": plain,
  "limits.get": plain,
  "limits.set": of({ bots: 100, memoryMb: null, diskMb: null }),
  "strays.list": plain,
  "strays.adopt": of(({ stray }) => ({ strayId: stray })),
  "strays.remove": of(({ stray }) => ({ strayId: stray })),
  "bans.list": plain,
  "bans.create": of({ kind: "network", value: "203.0.113.0/24" }),
  "bans.remove": of(({ ban }) => ({ banId: ban })),
  "audit.list": plain,
  "audit.download": of({ format: "json" }),
  "audit.retention": plain,
  "audit.setRetention": of({ keepDays: 30 }),
  "members.list": onBot,
  "members.add": on(({ user }) => ({ who: user.email, ...terms })),
  "members.update": on(({ member }) => ({ userId: member.id, ...terms })),
  "members.remove": on(({ member }) => ({ userId: member.id })),
  "members.leave": on({}, { by: "viewer" }),
  "members.invites.list": onBot,
  "members.invites.create": on(terms),
  "members.invites.revoke": on(({ invites }) => ({ inviteId: invites.bot })),
  "invites.list": plain,
  "invites.create": of({ role: "admin", password: PASSWORD }),
  "invites.revoke": of(({ invites }) => ({ inviteId: invites.account })),
  "invites.look": of(({ invites }) => ({ code: invites.code })),
  "invites.accept": of(({ invites }) => ({ code: invites.code }), { by: "stranger" }),
  "invites.prove": of(({ invites }) => ({ code: invites.code }), { says: "discord_off" }),
  "invites.join": of(({ invites }) => ({ code: invites.code, name: "Eve", email: "eve@example.com", password })),
  "tags.list": plain,
  "tags.create": of({ name: "another" }),
  "tags.rename": of(({ tag }) => ({ tagId: tag, name: "renamed" })),
  "tags.remove": of(({ tag }) => ({ tagId: tag })),
  "tags.put": of(({ tag, bot }) => ({ tagId: tag, botIds: [bot] })),
  "tags.take": of(({ tag, bot }) => ({ tagId: tag, botIds: [bot] })),
  "tags.members.list": of(({ tag }) => ({ tagId: tag })),
  "tags.members.add": of(({ tag, user }) => ({ tagId: tag, who: user.email, ...terms }), { tagged: "member:create" }),
  "tags.members.update": of(({ tag, member }) => ({ tagId: tag, userId: member.id, ...terms }), {
    tagged: "member:update",
  }),
  "tags.members.remove": of(({ tag, member }) => ({ tagId: tag, userId: member.id })),
  "tags.members.leave": of(({ tag }) => ({ tagId: tag }), { by: "viewer" }),
  "tags.invites.list": of(({ tag }) => ({ tagId: tag })),
  "tags.invites.create": of(({ tag }) => ({ tagId: tag, ...terms }), { tagged: "member:create" }),
  "tags.invites.revoke": of(({ tag, invites }) => ({ tagId: tag, inviteId: invites.tag })),
  "viewAs.start": of({ userId: "nobody" }, { inPerson: true, says: "not_found" }),
  "viewAs.stop": plain,
  "device.begin": of({ name: "laptop" }),
  "device.token": of({ deviceCode: "x" }, { says: "device_code_unknown" }),
  "device.get": of(({ userCode }) => ({ userCode })),
  "device.decide": of(({ userCode }) => ({ userCode, allow: true, reach: "look", password: PASSWORD }), {
    inPerson: true,
  }),
  "live.ticket": plain,
  "bots.list": plain,
  "bots.get": onBot,
  "bots.why": onBot,
  "bots.create": of((scene) => ({ importId: scene.import, name: "another", runtime: "node", entry: "index.js" })),
  "bots.update": on({ settings: {} }),
  "bots.setPanelReach": on({ reach: "none" }),
  "bots.trust": on({ trusted: true }),
  "bots.delete": onBot,
  "bots.start": onBot,
  "bots.stop": onBot,
  "bots.restart": onBot,
  "bots.kill": onBot,
  "bots.powerMany": of(({ bot }) => ({ botIds: [bot], command: "start" })),
  "bots.cancelInstall": onBot,
  "bots.runs": onBot,
  "bots.activity": onBot,
  "env.list": onBot,
  "env.set": on({ key: "GREETING", value: "hello" }),
  "env.unset": on({ key: "KEPT" }),
  "env.preview": on({ text: "A=1\n" }),
  "env.import": on({ text: "A=1\n", revision: 1, take: [{ key: "A", secret: false }] }),
  "env.reveal": on({ key: "KEPT" }),
  "env.export": onBot,
  "env.planTokenMove": on({ path, line: 1 }, { says: "token_gone" }),
  "env.moveToken": on({ path, line: 1, etag: "e1" }, { says: "token_gone" }),
  "log.read": onBot,
  "log.search": on({ text: "hello" }),
  "log.download": onBot,
  "log.send": on({ text: "hello" }),
  "files.list": onBot,
  "files.read": on({ path }),
  "files.write": on({ path, text: "hello", etag: "e1" }),
  "files.makeFolder": on({ path: "folder" }),
  "files.move": on({ from: [path], to: "folder" }),
  "files.remove": on({ paths: [path] }),
  "files.setMode": on({ path, mode: 0o644 }),
  "files.usage": onBot,
  "files.trash": onBot,
  "files.restore": on({ trashId: "0123456789abcdef" }),
  "files.purge": onBot,
  "files.history": on({ path }),
  "files.version": on({ path, versionId: "0123456789abcdef" }),
  "files.search": on({ text: "hello" }),
  "files.find": on({ text: "notes" }),
  "files.tokens": onBot,
  "dependencies.list": onBot,
  "dependencies.log": on({ from: 0 }),
  "dependencies.check": onBot,
  "dependencies.install": on({ name: "left-pad" }),
  "dependencies.remove": on({ name: "left-pad" }),
  "dependencies.cancel": onBot,
  "transfers.file": on({ path }),
  "transfers.archive": on({ folder: "", format: "zip" }),
  "transfers.upload": on({ to: "", files: [{ path: "a.txt", size: 3 }] }),
  "transfers.taken": on({ to: "", paths: ["a.txt"] }),
  "transfers.uploads": onBot,
  "transfers.uploadState": on({ transferId }),
  "transfers.chunk": {
    input: ({ bot }) => ({
      params: { botId: bot, transferId, file: 0 },
      query: { offset: 0 },
      body: new Blob(["abc"]),
    }),
  },
  "transfers.finishUpload": on({ transferId }),
  "transfers.preview": on({ path: "a.zip", to: "" }),
  "transfers.extract": on({ path: "a.zip", to: "" }),
  "transfers.formats": onBot,
  "transfers.pack": on({ selection: { folder: "", names: [path] }, format: "zip", path: "a.zip" }),
  "transfers.pull": on({ url: "https://files.example/a.txt", to: "" }),
  "transfers.state": on({ transferId }),
  "transfers.cancel": on({ transferId }),
  "deploys.state": onBot,
  "deploys.check": onBot,
  "deploys.list": onBot,
  "deploys.get": on({ number: 1 }),
  "deploys.log": on({ number: 1 }),
  "deploys.start": onBot,
  "deploys.redeploy": on({ number: 1 }),
  "deploys.cancel": on({ number: 1 }),
  "deploys.setup": onBot,
  "deploys.configure": on({ settings: {} }),
  "deploys.connect": on({ url: "https://git.example/other.git" }, { says: "deploy_connected" }),
  "deploys.setToken": on({ token: "a-token" }),
  "deploys.removeToken": onBot,
  "deploys.makeKey": onBot,
  "deploys.makeHookSecret": onBot,
  "deploys.forgetHost": onBot,
  "imports.create": of({ kind: "template", template: "demo-js" }),
  "imports.get": of((scene) => ({ importId: scene.import })),
  "imports.retry": of((scene) => ({ importId: scene.import })),
  "imports.branches": of({ url: "https://git.example/bot.git" }),
  "imports.chunk": {
    input: (scene) => ({ params: { importId: scene.import, file: 0 }, query: { offset: 0 }, body: new Blob(["abc"]) }),
  },
  "imports.finish": of((scene) => ({ importId: scene.import })),
  "imports.cancel": of((scene) => ({ importId: scene.import })),
  "streams.log": on({}, { says: "worker_away" }),
  "streams.events": of({}, { says: "worker_away" }),
  "templates.list": plain,
  "tools.list": plain,
  "tools.call": of({ name: "list_bots" }),
};
