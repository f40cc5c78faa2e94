import { readdirSync, readFileSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi, test as vitestTest } from "vitest";
import {
  BOT,
  botOf,
  createDeployStage,
  patience,
  SEAL,
  type Served,
  type Stage,
  serveRepositories,
} from "../deploys/testing/stage";
import { openImports } from "../imports/index";
import type { Imports } from "../ports/index";
import { makeKey } from "../sftp/host-key";
import { gitAddress } from "./address";
import { branchesOf } from "./clone";
import { hasSsh, type SshServer, startSshServer } from "./testing/ssh-server";

/* Git over ssh: real git and OpenSSH's own client against a server that takes one key and runs one program. */
const test = vitestTest.skipIf(!hasSsh());

// One of them goes the whole way, through several starts of a bot.
vi.setConfig({ testTimeout: 120_000 });

let served: Served;
let stage: Stage;
let ssh: SshServer;
let imports: Imports;
let key: ReturnType<typeof makeKey>;
/** What was seen while somebody was let in. */
let seen: { lines: string[]; environments: string[]; keys: { path: string; mode: number; folder: number }[] };

beforeAll(async () => {
  served = await serveRepositories();
});
afterAll(() => served.close());
beforeEach(async () => {
  stage = await createDeployStage(served);
  seen = { lines: [], environments: [], keys: [] };
  key = makeKey();
  ssh = await startSshServer(served.root, look);
  imports = await open();
});
afterEach(async () => {
  await imports.close();
  await ssh.close();
  await stage.remove();
});

const dir = () => `${stage.home}/imports`;
const url = () => `ssh://git@127.0.0.1:${ssh.port}/${stage.name}`;
const keep = () => ({
  botId: BOT,
  credentials: { key: { publicKey: key.public, sealed: `${SEAL}${key.private}` } },
});
const open = (allowNetworks = ["127.0.0.0/8"]) =>
  openImports({
    dir: dir(),
    templatesDir: stage.home,
    folders: [],
    allowNetworks,
    limitBytes: 50 * 1024 * 1024,
    unseal: (_botId, _key, sealed) => sealed.slice(SEAL.length),
  });

/** The middle of the private key, which its file alone may hold. */
const secret = () => key.private.split("\n").slice(1, -2);

/** Every process of this user's that has to do with this test, and every key that lies about. */
function look(): void {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "latin1");
      const environment = readFileSync(`/proc/${pid}/environ`, "latin1");
      if (!`${line}${environment}`.includes(stage.home)) continue;
      seen.lines.push(line);
      seen.environments.push(environment);
    } catch {
      // It is gone by now, or another user's.
    }
  }
  for (const path of readdirSync(stage.home, { recursive: true, encoding: "utf8" })) {
    if (!/\/ssh-[^/]+\/key$/.test(path)) continue;
    const whole = `${stage.home}/${path}`;
    const mode = (at: string) => statSync(at).mode & 0o777;
    seen.keys.push({ path, mode: mode(whole), folder: mode(whole.replace(/\/key$/, "")) });
    const config = readFileSync(whole.replace(/key$/, "config"), "latin1");
    for (const line of secret()) expect(config).not.toContain(line);
  }
}

/** Imports, and waits for what comes of it. */
async function settled(id: string) {
  await vi.waitFor(() => expect(imports.get("ann", id).status.state).not.toBe("working"), patience);
  return imports.get("ann", id).status;
}
async function bring() {
  const { id, publicKey } = await imports.create("ann", { kind: "git", url: url() }, { keep: keep() });
  return { id, publicKey, status: await settled(id) };
}
async function again(id: string) {
  await imports.retry("ann", id);
  return settled(id);
}

/** Makes the bot of an import, as the panel does. */
async function take(id: string) {
  const { keep: kept } = imports.get("ann", id);
  const { folder, source, hostKeys } = imports.take(id);
  const definition = stage.definitionOf("", { more: { credentials: kept?.credentials } });
  await stage.worker.supervisor.put({ ...definition, source }, folder);
  if (hostKeys !== undefined) await stage.worker.deploys.knowHost(BOT, hostKeys);
  return { folder, source };
}

test("from an import that is refused to a deploy, with one key and one host", async () => {
  const first = stage.commit({ "index.js": botOf("one") });
  const { id, publicKey, status } = await bring();
  expect(status).toMatchObject({
    state: "failed",
    code: "git_key_refused",
    message: expect.stringContaining("127.0.0.1"),
  });
  expect(publicKey).toBe(key.public);
  expect(ssh.asked).toEqual([]);
  const known = await readFile(`${dir()}/${id}.known_hosts`, "utf8");

  ssh.allow(publicKey ?? "");
  expect(await again(id)).toMatchObject({ state: "ready", source: { kind: "git", url: url(), commit: first } });
  expect(imports.get("ann", id).publicKey).toBe(key.public);
  await take(id);
  expect(await readdir(dir())).toEqual([]);
  expect(await readFile(`${stage.own}/known_hosts`, "utf8")).toBe(known);
  expect(statSync(`${stage.own}/known_hosts`).mode & 0o777).toBe(0o600);
  await stage.runs();

  const second = stage.commit({ "index.js": botOf("two") });
  expect(await stage.worker.deploys.state(BOT, true)).toMatchObject({
    commit: { id: first },
    ahead: [{ id: second }],
    publicKey: key.public,
    hostKey: ssh.hostKey(),
  });
  const { number, status: done } = await stage.deploy();
  expect(done).toMatchObject({ state: "done", bot: "running" });
  await stage.started("one", "two");
  expect(await stage.deploy({ commit: first })).toMatchObject({ status: { state: "done" } });
  // Known from the import on: nothing was taken in anew.
  expect(await readFile(`${stage.own}/known_hosts`, "utf8")).toBe(known);

  expect(new Set(ssh.asked)).toEqual(new Set([`git-upload-pack '/${stage.name}'`]));
  expect(seen.lines.some((line) => line.startsWith("ssh\0"))).toBe(true);
  expect(seen.keys.some(({ path }) => path.startsWith("imports/"))).toBe(true);
  expect(seen.keys.some(({ path }) => path.startsWith("bots/"))).toBe(true);
  for (const { mode, folder } of seen.keys) expect([mode, folder]).toEqual([0o600, 0o700]);
  for (const text of [...seen.lines, ...seen.environments, await stage.log(number)])
    for (const line of secret()) expect(text).not.toContain(line);
  // When all calls are over it lies nowhere; the definition holds it sealed.
  for (const found of await readdir(stage.home, { recursive: true, withFileTypes: true })) {
    expect(found.name).not.toMatch(/^ssh-/);
    if (!found.isFile() || found.name.startsWith("definition.json")) continue;
    const text = await readFile(`${found.parentPath}/${found.name}`, "latin1");
    for (const line of secret()) expect(text).not.toContain(line);
  }
});

test("a deploy meets the host that the import met, or none, until somebody forgets it", async () => {
  stage.commit({ "index.js": botOf("one") });
  ssh.allow(key.public);
  await take((await bring()).id);
  const met = ssh.hostKey();
  await ssh.changeHostKey();
  stage.commit({ "index.js": botOf("two") });
  const refused = (await stage.deploy()).status;
  expect(refused).toMatchObject({
    state: "failed",
    code: "git_host_changed",
    values: { host: "127.0.0.1", known: met },
    message: expect.stringContaining("shows another host key than before"),
  });
  await expect(stage.worker.deploys.state(BOT, true)).rejects.toMatchObject({ code: "git_host_changed" });
  expect(await stage.read("index.js")).toBe(botOf("one"));
  await stage.worker.deploys.forgetHost(BOT);
  expect((await stage.deploy()).status).toMatchObject({ state: "done" });
  expect(await stage.worker.deploys.state(BOT, false)).toMatchObject({ hostKey: ssh.hostKey() });
  expect(ssh.hostKey()).not.toBe(met);
});

test("an import that is tried again refuses another host, and what it saw goes with it", async () => {
  stage.commit({ "index.js": botOf("one") });
  const { id, status } = await bring();
  expect(status).toMatchObject({ code: "git_key_refused" });
  ssh.allow(key.public);
  await ssh.changeHostKey();
  expect(await again(id)).toMatchObject({ state: "failed", code: "git_host_changed" });
  expect(ssh.asked).toEqual([]);
  expect(await readdir(dir())).toEqual([`${id}.known_hosts`]);
  await imports.cancel("ann", id);
  expect(await readdir(dir())).toEqual([]);
  // A new one has met nobody yet.
  const fresh = await bring();
  expect(fresh.status).toMatchObject({ state: "ready" });
  await imports.close();
  expect(await readdir(dir())).toEqual([]);
});

test("another key of the bot's is refused, and an address that may not be reached is asked nothing", async () => {
  stage.commit({ "index.js": botOf("one") });
  ssh.allow(makeKey().public);
  expect((await bring()).status).toMatchObject({ state: "failed", code: "git_key_refused" });
  await imports.close();
  imports = await open([]);
  await expect(imports.create("ann", { kind: "git", url: url() }, { keep: keep() })).rejects.toMatchObject({
    code: "git_address_forbidden",
  });
  expect(ssh.asked).toEqual([]);
});

test("goes to the address that was looked at, and knows the host by its name", async () => {
  stage.commit({ "index.js": botOf("one") });
  ssh.allow(key.public);
  const remote = {
    // No resolver knows this name.
    address: gitAddress(`ssh://git@git.invalid:${ssh.port}/${stage.name}`),
    pinned: ["127.0.0.1"],
    caFile: undefined,
    secret: () => ({ key: key.private }),
    knownHosts: `${stage.home}/known_hosts`,
  };
  const call = { scratch: `${stage.home}/scratch`, signal: new AbortController().signal };
  expect(await branchesOf(remote, call)).toMatchObject({ branches: ["main"] });
  expect(await readFile(remote.knownHosts, "utf8")).toMatch(
    new RegExp(`^\\[git\\.invalid\\]:${ssh.port} ssh-ed25519 \\S+\\n$`),
  );
  expect(await readdir(call.scratch)).toEqual([]);
});
