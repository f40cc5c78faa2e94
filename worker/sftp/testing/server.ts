import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import ssh2, { type ConnectConfig } from "ssh2";
import { test as vitestTest } from "vitest";
import { type BotPermission, botPermissions } from "#contracts/access";
import type { QuestionInput } from "#contracts/questions";
import type { SftpActivity } from "#contracts/sftp";
import { BOT, createStage } from "../../files/stage";
import type { AskWeb } from "../../questions";
import { fingerprintOf, makeKey } from "../host-key";
import { openSftp } from "../index";

/* For tests: SFTP over a bot with real files, and OpenSSH's own clients. The web is played: who may, a test says. */

const clients = spawnSync("sftp", ["-h"]).error === undefined && spawnSync("scp", ["-h"]).error === undefined;
if (!clients && process.env.CI) throw new Error("sftp and scp are missing: install openssh-client");
if (!clients) console.warn("NOT TRIED: sftp and scp are missing. Install openssh-client.");
/** A test that asks OpenSSH's clients: where those are missing, it cannot be tried. */
export const test = vitestTest.skipIf(!clients);

export const USER = `ada.${BOT}`;
export const LOGIN = { user: USER, password: "right" } as const;

export type Server = Awaited<ReturnType<typeof openServer>>;

export async function openServer({ port = 0 }: { port?: number } = {}) {
  const stage = await createStage();
  const dir = mkdtempSync(`${tmpdir()}/by-sftp-`);
  const key = makeKey();
  writeFileSync(`${dir}/id`, key.private, { mode: 0o600 });
  const publicKey = Buffer.from(key.public.split(" ")[1] ?? "", "base64");
  const web = {
    permissions: [...botPermissions] as BotPermission[],
    hidden: [] as string[],
    /** Whether anybody has access at all; whether the web is there. */
    open: true,
    away: false,
    asked: [] as QuestionInput<"sftp.signIn">[],
    activity: [] as SftpActivity[],
  };

  function access({ login, botId, proof }: QuestionInput<"sftp.signIn">) {
    const right =
      proof.kind === "password"
        ? proof.password === LOGIN.password
        : fingerprintOf(Buffer.from(proof.key, "base64")) === fingerprintOf(publicKey);
    if (!web.open || login !== "ada" || botId !== BOT || !right) return null;
    const via = proof.kind === "password" ? ("password" as const) : ("sshKey" as const);
    return { userId: "u1", botId, name: "Ada", tokenVersion: 1, via, permissions: web.permissions, hidden: web.hidden };
  }
  const answers = {
    "sftp.signIn": (input: QuestionInput<"sftp.signIn">) => {
      web.asked.push(input);
      return { access: access(input) };
    },
    "sftp.check": ({ standings }: QuestionInput<"sftp.check">) => ({
      rights: standings.map(() => (web.open ? { permissions: web.permissions, hidden: web.hidden } : null)),
    }),
    "access.now": ({ of }: QuestionInput<"access.now">) => ({
      rights: of.map(() => ({ permissions: web.permissions, hidden: [] })),
    }),
    "sftp.record": ({ activity }: QuestionInput<"sftp.record">) => {
      web.activity.push(...activity);
      return {};
    },
  };
  const ask: AskWeb = async (name, input) => {
    if (web.away) throw new Error("away");
    return Reflect.apply(answers[name], null, [input]);
  };
  const open = (atPort = port) =>
    openSftp({
      host: "127.0.0.1",
      port: atPort,
      hostKeyFile: `${dir}/host.key`,
      version: "test",
      ask,
      files: stage.files,
      say: (line) => void stage.said.push(line),
    });
  const sftp = await open();
  const report = sftp.report();
  const at = report.state === "on" ? report.port : 0;
  const options = [
    ["StrictHostKeyChecking", "no"],
    ["UserKnownHostsFile", "/dev/null"],
    ["IdentityFile", `${dir}/id`],
    ["IdentitiesOnly", "yes"],
    ["LogLevel", "ERROR"],
  ].flatMap(([name, value]) => ["-o", `${name}=${value}`]);

  return {
    ...stage,
    sftp,
    web,
    dir,
    port: at,
    key: `${dir}/id`,
    options,
    /** A second one of the same, on another port or the same. */
    open,
    /** Runs `sftp -b`: commands line by line; it stops at the first that fails, unless a command begins with "-". */
    batch: (...commands: readonly string[]) =>
      run("sftp", ["-q", "-b", "-", ...options, "-P", String(at), `${USER}@127.0.0.1`], `${commands.join("\n")}\n`),
    /** A connection by ssh2, for what OpenSSH's clients do not do. */
    connect: (login: ConnectConfig = LOGIN) =>
      new Promise<ssh2.Client>((resolve, reject) => {
        const client = new ssh2.Client();
        client.once("ready", () => resolve(client)).once("error", reject);
        client.connect({ host: "127.0.0.1", port: at, ...login });
      }),
    run: (program: string, args: readonly string[], input = "") => run(program, args, input),
    async close() {
      await sftp.close();
      await stage.files.close();
      await stage.remove();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export const channelOf = (client: ssh2.Client) =>
  new Promise<ssh2.SFTPWrapper>((resolve, reject) => {
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
  });

export type Ran = { code: number; out: string; err: string };

function run(program: string, args: readonly string[], input: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { maxBuffer: 64 * 1024 * 1024 }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? 255 : 0, out, err }),
    );
    child.stdin?.end(input);
  });
}
