import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ssh2, { type ConnectConfig } from "ssh2";
import { afterAll, beforeAll, expect, test as vitestTest } from "vitest";
import { idOf, PASSWORD } from "../../src/server/testing/panel";
import { openRealPanel, type Person, type RealPanel, sftpPortOf } from "../support/real-panel";

/* SFTP through a real web and a real worker: who may is asked of the one, files are the other's. */
const clients = ["sftp", "ssh-keygen"].every((program) => spawnSync(program, ["-?"]).error === undefined);
if (!clients && process.env.CI) throw new Error("sftp and ssh-keygen are missing: install openssh-client");
if (!clients) console.warn("NOT TRIED: sftp and ssh-keygen are missing. Install openssh-client.");
const test = vitestTest.skipIf(!clients);

const run = promisify(execFile);
let panel: RealPanel;
let ada: Person;
let botId: string;
let port: number;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "by-sftp-e2e-"));
  panel = await openRealPanel({ BOTYARD_SFTP_PORT: "0" });
  ada = await panel.person("ada", "admin");
  botId = await panel.newBot(ada, "one");
  port = await sftpPortOf(panel, ada);
});
afterAll(async () => {
  await panel?.close();
  rmSync(folder, { recursive: true });
});

/** A connection, and when it ends. */
async function connect(login: ConnectConfig): Promise<{ ended: Promise<unknown> }> {
  const client = new ssh2.Client();
  const ready = once(client, "ready");
  client.connect({ host: "127.0.0.1", port, username: `ada.${botId}`, ...login });
  await ready;
  client.on("error", () => {});
  return { ended: once(client, "close") };
}

/** Runs `sftp` with the key and these commands; answers with how it ended. */
async function sftp(...commands: readonly string[]): Promise<unknown> {
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes", "LogLevel=ERROR"];
  const all = [...options, `IdentityFile=${folder}/id`].flatMap((option) => ["-o", option]);
  const args = ["-q", "-b", "-", ...all, "-P", String(port), `${ada.email}.${botId}@127.0.0.1`];
  const client = spawn("sftp", args, { stdio: ["pipe", "ignore", "inherit"] });
  client.stdin.end(`${commands.join("\n")}\n`);
  const [code] = await once(client, "exit");
  return code;
}

test("in by a key that was added: files go up and come down; the key is removed, and the connection ends", async () => {
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", `${folder}/id`]);
  const publicKey = readFileSync(`${folder}/id.pub`, "utf8");
  const { body } = await panel.ask(ada.asker, "POST", "/v1/me/ssh-keys", { publicKey, password: PASSWORD });
  writeFileSync(`${folder}/up`, "there and back");
  expect(await sftp(`put ${folder}/up up`, `get up ${folder}/down`)).toBe(0);
  expect(readFileSync(`${folder}/down`, "utf8")).toBe("there and back");
  expect(readFileSync(join(panel.home, "bots", botId, "files/up"), "utf8")).toBe("there and back");

  const key = { privateKey: readFileSync(`${folder}/id`) };
  const [byKey, byPassword] = [await connect(key), await connect({ password: PASSWORD })];
  expect((await panel.ask(ada.asker, "DELETE", `/v1/me/ssh-keys/${idOf(body)}`)).status).toBeLessThan(300);
  await byKey.ended;
  await expect(connect(key)).rejects.toThrow("authentication methods failed");

  // The other one had the password, and stays until the bot is gone.
  expect((await panel.ask(ada.asker, "DELETE", `/v1/bots/${botId}`)).status).toBeLessThan(300);
  await byPassword.ended;
  await expect(connect({ password: PASSWORD })).rejects.toThrow("authentication methods failed");
});
