import { once } from "node:events";
import { truncateSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import ssh2 from "ssh2";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { botPermissions } from "#contracts/access";
import { type Asker, idOf, PASSWORD } from "../../src/server/testing/panel";
import { freePort } from "../support/free-port";
import { openRealPanel, type Person, type RealPanel, sftpPortOf } from "../support/real-panel";
import { serve } from "../support/served";

/*
 * Whoever loses access loses what they have open: a live connection, SFTP, an upload in the middle of a chunk, a download that is being
 * taken. Each is opened through a real web and a real worker, and is seen to be open before anything is taken away.
 */

let panel: RealPanel;
let web: Awaited<ReturnType<typeof serve>>;
let admin: Person;
let owner: Person;
let botId: string;
let gatewayPort: number;
let sftpPort: number;
beforeAll(async () => {
  gatewayPort = await freePort();
  vi.stubEnv("BOTYARD_GATEWAY_PORT", String(gatewayPort));
  panel = await openRealPanel({ BOTYARD_GATEWAY_PORT: String(gatewayPort), BOTYARD_SFTP_PORT: "0" });
  web = await serve();
  admin = await panel.person("ada", "admin");
  owner = await panel.person("otto");
  botId = await panel.newBot(owner, "demo");
  sftpPort = await sftpPortOf(panel, admin);
  const large = join(panel.home, "bots", botId, "files", "large.bin");
  writeFileSync(large, "");
  truncateSync(large, 256 * 1024 * 1024);
});
afterAll(async () => {
  await web?.close();
  await panel?.close();
  vi.unstubAllEnvs();
});

/** What is open, and settles when it no longer is. */
type Open = { isOpen: () => boolean; close: () => void };
type Way = (by: { asker: Asker; login: string; password: string }) => Promise<Open>;

const ways: Readonly<Record<string, Way>> = {
  async socket({ asker }) {
    const { body } = await panel.ask(asker, "POST", "/v1/live/ticket");
    const { ticket } = z.object({ ticket: z.string() }).parse(body);
    const options = { auth: { ticket }, transports: ["websocket"], reconnection: false, forceNew: true };
    const socket = io(`http://127.0.0.1:${gatewayPort}`, options);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
    });
    const seen = await socket.timeout(10_000).emitWithAck("watch", { topic: `bot:${botId}` });
    expect(seen).toMatchObject({ ok: true });
    return { isOpen: () => socket.connected, close: () => void socket.close() };
  },
  async sftp({ login, password }) {
    const client = new ssh2.Client();
    let isOpen = true;
    client.on("error", () => {});
    client.once("close", () => {
      isOpen = false;
    });
    const ready = once(client, "ready");
    client.connect({ host: "127.0.0.1", port: sftpPort, username: `${login}.${botId}`, password });
    await ready;
    return { isOpen: () => isOpen, close: () => void client.end() };
  },
  async upload({ asker }) {
    const files = [{ path: `${Math.random()}.bin`, size: 1_000_000 }];
    const made = await panel.ask(asker, "POST", `/v1/bots/${botId}/uploads`, { to: "", files });
    const path = `/api/v1/bots/${botId}/uploads/${idOf(made.body)}/files/0?offset=0`;
    const sent = request(`${web.url}${path}`, { method: "PUT", headers: { ...asker, origin: web.url } });
    let isOpen = true;
    const over = () => {
      isOpen = false;
    };
    sent.once("response", over).once("error", over);
    sent.write(Buffer.alloc(1_000));
    const dripping = setInterval(() => isOpen && sent.write(Buffer.alloc(1)), 200);
    return {
      isOpen: () => isOpen,
      close() {
        clearInterval(dripping);
        sent.destroy();
      },
    };
  },
  async download({ asker }) {
    const path = `/api/v1/bots/${botId}/files/download?path=large.bin`;
    const sent = request(`${web.url}${path}`, { headers: asker });
    sent.on("error", () => {});
    sent.end();
    const [answer]: IncomingMessage[] = await once(sent, "response");
    expect(answer?.statusCode).toBe(200);
    let isOpen = true;
    answer?.on("error", () => {});
    answer?.once("close", () => {
      isOpen = false;
    });
    // Taken no faster than 5 MB/s: all of it would take a minute.
    void (async () => {
      for (; isOpen; await sleep(50)) answer?.read(262_144);
    })();
    return { isOpen: () => isOpen, close: () => void sent.destroy() };
  },
};

type Taken = { person: Person; keyId: string };
const disable = ({ person }: Taken) => panel.ask(admin.asker, "POST", `/v1/users/${person.id}/disable`);
const taking: readonly [string, "session" | "key", (of: Taken) => Promise<{ status: number }>][] = [
  ["the account is disabled", "session", disable],
  ["the account of a key is disabled", "key", disable],
  ["the key is revoked", "key", ({ person, keyId }) => panel.ask(person.asker, "DELETE", `/v1/me/keys/${keyId}`)],
  [
    "the member is removed",
    "session",
    ({ person }) => panel.ask(owner.asker, "DELETE", `/v1/bots/${botId}/members/${person.id}`),
  ],
  [
    "the password is changed",
    "session",
    ({ person }) =>
      panel.ask(person.asker, "PUT", "/v1/me/password", { present: PASSWORD, password: "another of some length" }),
  ],
  [
    "the e-mail is banned",
    "session",
    ({ person }) => panel.ask(admin.asker, "POST", "/v1/bans", { kind: "email", value: person.email }),
  ],
];

test.concurrent.each(taking)("when %s, all that is open ends", async (what, by, take) => {
  const person = await panel.person(`p${taking.findIndex(([one]) => one === what)}`);
  await panel.db.grant.create({ data: { botId, userId: person.id, permissions: [...botPermissions] } });
  const made = await panel.ask(person.asker, "POST", "/v1/me/keys", {
    name: "key",
    scope: null,
    password: PASSWORD,
  });
  const { id: keyId, token } = z.object({ id: z.string(), token: z.string() }).parse(made.body);
  const asker = by === "key" ? { authorization: `Bearer ${token}` } : person.asker;
  const login = { asker, login: person.email, password: by === "key" ? token : PASSWORD };
  const open = await Promise.all(Object.entries(ways).map(async ([name, way]) => ({ name, ...(await way(login)) })));
  try {
    const still = () => open.filter(({ isOpen }) => isOpen()).map(({ name }) => name);
    // Longer than it takes to be asked about by themselves.
    await sleep(4_000);
    expect(still()).toEqual(Object.keys(ways));
    const since = Date.now();
    expect((await take({ person, keyId })).status).toBeLessThan(300);
    const ended: string[] = [];
    await vi.waitFor(
      () => {
        for (const { name, isOpen } of open)
          if (!isOpen() && !ended.some((one) => one.startsWith(name))) ended.push(`${name} ${Date.now() - since} ms`);
        expect(still()).toEqual([]);
      },
      { interval: 20 },
    );
    console.info(`${what}: ${ended.join(", ")}`);
  } finally {
    for (const { close } of open) close();
  }
});
