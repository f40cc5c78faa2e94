import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { z } from "zod";
import { nodeInfo } from "#contracts/host";
import { makeRandom } from "./large";
import type { FilesPanel } from "./panel";
import type { Side } from "./rows";
import { timed, type Work } from "./scenario";
import { openSshd, type SftpPlace } from "./sshd";

/** Bytes of a small file. */
const SMALL = 2_000;

/** A large file and many small ones, up and down by OpenSSH's own client: against Botyard, and against OpenSSH's own server. */
export async function sftp({ panel, size, folder, round, put, note }: Work): Promise<void> {
  const own = mkdtempSync(`${folder}/sftp-`);
  const sshd = await openSshd(own);
  if (!sshd) note("OpenSSH's server is missing (`apt install openssh-server`): SFTP stands beside nothing.");
  const key = `${own}/key`;
  if (!sshd) await runSsh("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const places: Partial<Record<Side, SftpPlace>> = { botyard: await placeOf(panel, key), ...(sshd && { peer: sshd }) };
  const order: readonly Side[] = round % 2 === 0 ? ["botyard", "peer"] : ["peer", "botyard"];
  const both = async (row: string, work: (place: SftpPlace) => Promise<unknown>) => {
    for (const side of order) {
      const place = places[side];
      if (place) put(row, side, await timed(() => work(place)));
    }
  };

  try {
    const large = await makeRandom(`${own}/large`, size.sftpBytes);
    await both("sftp up", (place) => batch(place, `put ${large} large`));
    await both("sftp down", (place) => batch(place, `get large ${own}/down`));
    const { size: came } = await stat(`${own}/down`);
    if (came !== size.sftpBytes) throw new Error(`${came} bytes came down instead of ${size.sftpBytes}`);
    for (const place of Object.values(places)) await batch(place, "rm large");

    const many = `${own}/many`;
    mkdirSync(many);
    for (let n = 0; n < size.sftpFiles; n++) writeFileSync(`${many}/${n}`, Buffer.alloc(SMALL, `${n} `));
    await both("sftp small up", (place) => batch(place, `put -r ${many} many`));
    await both("sftp small down", async (place) => batch(place, `get -r many ${mkdtempSync(`${own}/back-`)}`));
    for (const back of (await readdir(own)).filter((name) => name.startsWith("back-"))) {
      const names = await readdir(`${own}/${back}/many`);
      if (names.length !== size.sftpFiles) throw new Error(`${names.length} small files came down`);
    }
    for (const place of Object.values(places)) await batch(place, "rm many/*", "rmdir many");
  } finally {
    await sshd?.close();
    await rm(own, { recursive: true });
  }
}

async function placeOf({ ask, botId, account }: FilesPanel, key: string): Promise<SftpPlace> {
  await ask(z.unknown(), "POST", "/v1/me/ssh-keys", { publicKey: readFileSync(`${key}.pub`, "utf8") });
  const { node } = await ask(z.object({ node: nodeInfo }), "GET", "/v1/nodes/current");
  if (node.sftp.state !== "on") throw new Error(`SFTP is ${node.sftp.state}`);
  return { port: node.sftp.port, user: `${account.email}.${botId}`, key };
}

/** Runs OpenSSH's `sftp` with these commands to its end; sign-in included. */
function batch({ port, user, key }: SftpPlace, ...commands: readonly string[]): Promise<void> {
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes", "LogLevel=ERROR"];
  const all = [...options, `IdentityFile=${key}`].flatMap((option) => ["-o", option]);
  const target = ["-P", String(port), `${user}@127.0.0.1`];
  return runSsh("sftp", ["-q", "-b", "-", ...all, ...target], `${commands.join("\n")}\n`);
}

async function runSsh(program: string, args: readonly string[], input = ""): Promise<void> {
  const child = spawn(program, args, { stdio: ["pipe", "ignore", "inherit"] });
  child.stdin.end(input);
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}
