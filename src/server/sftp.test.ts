import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { request } from "node:http";
import ssh2 from "ssh2";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { homePaths } from "#contracts/home";
import type { SftpProof, SftpStanding } from "#contracts/sftp";
import { answerQuestions } from "./questions";
import { checkSftp, recordSftp, signInToSftp } from "./sftp";
import { readPublicKey } from "./ssh-public-key";
import { rightsNow } from "./standings";
import { idOf, openTestPanel, PASSWORD, type Person, type TestPanel } from "./testing/panel";
import { rules } from "./throttle";

let panel: TestPanel;
let ada: Person;
let bob: typeof ada;
let botId: string;
beforeAll(async () => {
  panel = await openTestPanel();
  ada = await panel.person("ada");
  bob = await panel.person("bob");
  botId = await panel.bot(ada, "one");
});
afterAll(() => panel?.close());
beforeEach(() => panel.db.signInThrottle.deleteMany({}));

const password = (text = PASSWORD): SftpProof => ({ kind: "password", password: text });
const enter = (login: string, proof: SftpProof, bot = botId) =>
  signInToSftp({ login, botId: bot, address: "192.0.2.7", proof });

function makeKey(type: string, bits?: number): string {
  const folder = panel.home;
  const file = `${folder}/key-${type}-${bits}-${Date.now()}`;
  execFileSync("ssh-keygen", [
    "-q",
    "-t",
    type,
    ...(bits ? ["-b", String(bits)] : []),
    "-N",
    "",
    "-C",
    "a laptop",
    "-f",
    file,
  ]);
  return execFileSync("cat", [`${file}.pub`], { encoding: "utf8" });
}
const proofOf = (line: string): SftpProof => ({ kind: "key", key: line.split(" ")[1] ?? "" });
const addKey = (publicKey: string, asker = ada.asker) =>
  panel.ask(asker, "POST", "/v1/me/ssh-keys", { publicKey, password: PASSWORD });

test("the owner signs in by name or e-mail, in any case, with the password or an API key", async () => {
  const access = await enter(ada.email.toUpperCase(), password());
  expect(access).toMatchObject({ userId: ada.id, name: "ada", botId, tokenVersion: 1, via: "password" });
  expect(access?.permissions).toContain("file:sftp");
  expect(await enter("ADA", password())).not.toBeNull();
  const made = await panel.ask(ada.asker, "POST", "/v1/me/keys", { name: "sftp", scope: null, password: PASSWORD });
  const token = typeof made.body === "object" && made.body && "token" in made.body ? String(made.body.token) : "";
  expect(await enter("ada", password(token))).toMatchObject({ via: "apiKey", keyId: idOf(made.body) });
  // A key is its owner's alone.
  expect(await enter("bob", password(token))).toBeNull();
  await panel.db.apiKey.update({ where: { id: idOf(made.body) }, data: { expiresAt: new Date(0) } });
  // Nobody guesses a key: a program that goes on trying an old one keeps nobody out.
  for (let tries = 0; tries <= rules.pair.tries; tries++) expect(await enter("ada", password(token))).toBeNull();
  expect(await enter("ada", password())).not.toBeNull();
});

test("everybody else hears the same: nothing", async () => {
  expect(await enter("ada", password("wrong password"))).toBeNull();
  expect(await enter("nobody", password())).toBeNull();
  expect(await enter("", password())).toBeNull();
  expect(await enter("bob", password())).toBeNull();
  expect(await enter("ada", password(), "zzzzzzzzzz")).toBeNull();
  expect(await enter("ada", password(), "../../etc")).toBeNull();
  const namesake = await panel.person("ada2");
  await panel.db.user.update({ where: { id: namesake.id }, data: { name: "ADA" } });
  // Of two of one name only the e-mail tells which.
  expect(await enter("ada", password())).toBeNull();
  expect(await enter(ada.email, password())).not.toBeNull();
  await panel.db.user.delete({ where: { id: namesake.id } });
});

test("guessing is slowed as in the browser, by name and by e-mail together", async () => {
  for (let tries = 0; tries < rules.pair.tries; tries++) await enter(tries % 2 ? "ada" : ada.email, password("wrong"));
  expect(await enter("ada", password())).toBeNull();
  expect(await signInToSftp({ login: "ada", botId, address: "198.51.100.1", proof: password() })).not.toBeNull();
});

test("a member needs file:sftp, and hears what else they may; a disabled account does nothing", async () => {
  await panel.db.grant.create({ data: { botId, userId: bob.id, permissions: ["bot:view", "file:list"] } });
  expect(await enter("bob", password())).toBeNull();
  await panel.db.grant.updateMany({ where: { userId: bob.id }, data: { permissions: ["file:sftp", "file:list"] } });
  expect((await enter("bob", password()))?.permissions).toEqual(["file:list", "file:sftp"]);
  await panel.db.user.update({ where: { id: bob.id }, data: { disabledAt: new Date() } });
  expect(await enter("bob", password())).toBeNull();
  await panel.db.user.update({ where: { id: bob.id }, data: { disabledAt: null } });
});

test("an SSH key is added, signs in its owner only, and is removed", async () => {
  const line = makeKey("ed25519");
  const added = await addKey(line);
  expect([added.status, added.body]).toEqual([201, expect.objectContaining({ name: "a laptop", type: "ssh-ed25519" })]);
  expect(added.text).toContain(readPublicKey(line).fingerprint);
  expect((await addKey(line)).body).toMatchObject({ code: "ssh_key_known" });
  expect(await enter("ada", proofOf(line))).toMatchObject({ via: "sshKey", keyId: idOf(added.body) });
  expect(await enter("bob", proofOf(line))).toBeNull();
  expect(await enter("nobody", proofOf(line))).toBeNull();
  expect((await panel.ask(bob.asker, "DELETE", `/v1/me/ssh-keys/${idOf(added.body)}`)).status).toBe(404);
  expect((await panel.ask(ada.asker, "GET", "/v1/me/ssh-keys")).text).not.toContain(line.split(" ")[1]);
  expect((await panel.ask(ada.asker, "DELETE", `/v1/me/ssh-keys/${idOf(added.body)}`)).status).toBe(200);
  expect(await enter("ada", proofOf(line))).toBeNull();
  expect(panel.worker.asks).toContainEqual({ name: "access.changed", input: { userId: ada.id } });
});

test("of many keys at once only as many are taken as one person may have", async () => {
  const carl = await panel.person("carl");
  const row = (at: number) => ({
    userId: carl.id,
    name: "old",
    type: "ssh-ed25519",
    fingerprint: `${at}`,
    publicKey: "",
  });
  await panel.db.sshKey.createMany({ data: Array.from({ length: 47 }, (_, at) => row(at)) });
  const lines = Array.from({ length: 8 }, () => ssh2.utils.generateKeyPairSync("ed25519", {}).public);
  const answers = await Promise.all(lines.map((line) => addKey(line, carl.asker)));
  expect(answers.map(({ status }) => status).filter((status) => status === 201).length).toBeLessThanOrEqual(3);
  expect(await panel.db.sshKey.count({ where: { userId: carl.id } })).toBe(50);
  await panel.db.user.delete({ where: { id: carl.id } });
});

test("weak keys, private halves and what is no key are refused by name", async () => {
  const codeOf = async (text: string) => {
    const { body } = await addKey(text);
    return typeof body === "object" && body && "code" in body ? body.code : "added";
  };
  const weak = makeKey("rsa", 1024);
  expect(await codeOf(weak)).toBe("ssh_key_weak");
  expect(await codeOf(makeKey("rsa", 2048))).toBe("added");
  expect(await codeOf(makeKey("ecdsa", 384))).toBe("added");
  const dsa = ssh2.utils.parseKey(DSA);
  expect(dsa instanceof Error).toBe(false);
  expect(await codeOf(DSA)).toBe("ssh_key_weak");
  const pair = ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 });
  expect(await codeOf(pair.private)).toBe("ssh_key_private");
  const good = makeKey("ed25519");
  for (const text of [
    "",
    "hello",
    "ssh-ed25519",
    "ssh-ed25519 AAAA",
    `${good}${good}`,
    good.replace("ssh-ed25519", "ssh-rsa"),
    // No exponent and no modulus.
    "ssh-rsa AAAAB3NzaC1yc2EAAAAAAAAAAA==",
    good.replace(/(AAAA\S+)/, "$1AAAA"),
  ])
    expect(await codeOf(text), text).toBe("ssh_key_invalid");
  // Also one that came into the table some other way.
  const { type, base64 } = { type: "ssh-rsa", base64: weak.split(" ")[1] ?? "" };
  await panel.db.sshKey.create({
    data: { userId: ada.id, name: "weak", type, fingerprint: "SHA256:x", publicKey: base64 },
  });
  expect(await enter("ada", proofOf(weak))).toBeNull();
});

test("access that ended is told of each who is connected, and changed permissions too", async () => {
  const standing: SftpStanding = { userId: ada.id, botId, address: "192.0.2.7", tokenVersion: 1, via: "password" };
  const now = async (change: Partial<SftpStanding> = {}) =>
    (await checkSftp([{ ...standing, ...change }]))[0]?.permissions ?? null;
  expect(await now()).toContain("file:sftp");
  expect(await now({ tokenVersion: 0 })).toBeNull();
  expect(await now({ botId: "zzzzzzzzzz" })).toBeNull();
  expect(await now({ userId: "nobody" })).toBeNull();
  expect(await now({ via: "sshKey", keyId: "gone" })).toBeNull();
  expect(await now({ via: "apiKey", keyId: "gone" })).toBeNull();
  await panel.db.grant.deleteMany({ where: { userId: bob.id } });
  expect(await now({ userId: bob.id })).toBeNull();
  await panel.db.user.update({ where: { id: ada.id }, data: { disabledAt: new Date() } });
  expect(await now()).toBeNull();
  await panel.db.user.update({ where: { id: ada.id }, data: { disabledAt: null } });
});

test("what goes on by itself in somebody's name is told what they may now", async () => {
  await panel.db.grant.create({ data: { botId, userId: bob.id, permissions: ["file:upload"] } });
  const permissionsOf = async (asked: Parameters<typeof rightsNow>[0]) =>
    (await rightsNow(asked)).map(({ permissions }) => permissions);
  const now = (userId: string, on = botId) => permissionsOf([{ userId, botId: on }]);
  expect(await rightsNow([])).toEqual([]);
  expect(await now(bob.id)).toEqual([["file:upload"]]);
  expect((await now(ada.id))[0]).toContain("file:archive");
  expect([await now("nobody"), await now(ada.id, "zzzzzzzzzz")]).toEqual([[[]], [[]]]);
  const scope = { permissions: ["file:archive"], bots: "all" };
  const key = await panel.db.apiKey.create({ data: { userId: ada.id, name: "short", hash: "h", scope } });
  const byKey = () => permissionsOf([{ userId: ada.id, botId, keyId: key.id }]);
  expect(await byKey()).toEqual([["file:archive"]]);
  await panel.db.apiKey.update({ where: { id: key.id }, data: { expiresAt: new Date(0) } });
  expect(await byKey()).toEqual([[]]);
  await panel.db.apiKey.delete({ where: { id: key.id } });
  expect(await byKey()).toEqual([[]]);
  await panel.db.grant.updateMany({ where: { userId: bob.id }, data: { hiddenPaths: [".env"] } });
  expect(await rightsNow([{ userId: bob.id, botId }])).toEqual([{ permissions: ["file:upload"], hidden: [".env"] }]);
  await panel.db.user.update({ where: { id: bob.id }, data: { disabledAt: new Date() } });
  expect(await now(bob.id)).toEqual([[]]);
  await panel.db.user.update({ where: { id: bob.id }, data: { disabledAt: null } });
  await panel.db.grant.deleteMany({ where: { userId: bob.id } });
});

test("what was done is in the bot's activity under the person's name", async () => {
  const counts = {
    read: 1,
    written: 2,
    bytesRead: 3,
    bytesWritten: 4,
    removed: 0,
    renamed: 0,
    foldersMade: 0,
    changed: 0,
  };
  const who = { userId: ada.id, name: "ada", botId, address: "192.0.2.7", at: 1 };
  await recordSftp([{ ...who, ...counts, refused: 0, paths: ["a\0b"] }]);
  const { body } = await panel.ask(ada.asker, "GET", `/v1/bots/${botId}/activity`);
  const [newest] = z.object({ entries: z.array(z.looseObject({})) }).parse(body).entries;
  const detail = { ...counts, refused: 0, paths: ["a\ufffdb"] };
  expect(newest).toMatchObject({ action: "sftp.files", actor: "ada", address: "192.0.2.7", detail });
});

test("the worker asks over a socket that only the owner of the home can open, and a newer web takes its place", async () => {
  const { webSocket } = homePaths(panel.home);
  const ask = (path: string, body: unknown, method = "POST") =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const sent = request({ socketPath: webSocket, method, path, agent: false }, (response) => {
        let text = "";
        response.on("data", (part) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode, text }));
      });
      sent.once("error", reject);
      sent.end(JSON.stringify(body));
    });
  const first = await answerQuestions();
  expect(statSync(webSocket).mode & 0o777).toBe(0o600);
  expect(await ask("/ask/sftp.check", { standings: [] })).toEqual({ status: 200, text: '{"rights":[]}' });
  expect((await ask("/ask/constructor", {})).status).toBe(500);
  expect((await ask("/ask/sftp.check", {}, "PUT")).status).toBe(500);
  const second = await answerQuestions();
  first.close();
  expect((await ask("/ask/sftp.check", { standings: [] })).status).toBe(200);
  second.close();
});

/** No ssh-keygen makes these any more. */
const DSA =
  "ssh-dss AAAAB3NzaC1kc3MAAACBAPY8ZOHY2yFSJA6XYC9HRwNHxaehvx5wOJ0rzZdzoSOXxbETW6ToHv8D1UJ/z+zHo9Fiko5XybZnDIaBDHtblQ+Yp7StxyltHnXF1YLfKD1G4T6JYrdHYI14Om1eg9e4NnCRleaqoZPF3UGfZia6bXrGTQf3gJq2e7Yisk/gF+1VAAAAFQDb8D5cvwHWTZDPfX0D2s9Rd7NBvQAAAIEAlN92+Bb7D4KLYk3IwRbXblwXdkPggA4pfdtW9vGfJ0/RHd+NjB4eo1D+0dix6tXwYGN7PKS5R/FXPNwxHPapcj9uL1Jn2AWQ2dsknf+i/FAAvioUPkmdMc0zuWoSOEsSNhVDtX3WdvVcGcBq9cetzrtOKWOocJmJ80qadxTRHtUAAACBAN7CY+KKv1gHpRzFwdQm7HK9bb1LAo2KwaoXnadFgeptNBQeSXG1vO+JsvphVMBJc9HSn24VYtYtsMu74qXviYjziVucWKjjKEb11juqnF0GDlB3VVmxHLmxnAz643WK42Z7dLM5sY29ouezv4Xz2PuMch5VGPP+CDqzCM4loWgV";
