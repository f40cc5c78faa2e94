import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { homePaths } from "#contracts/home";
import { importView } from "#contracts/import";
import { type TransferView, transferView } from "#contracts/transfer";
import { everyPid, hasEnv } from "../../chaos/proc";
import { freePort } from "../../tests/support/free-port";
import { endPanel, startPanel } from "../../tests/support/panel";
import { until } from "../measure/time";

/** A panel as a person runs it, with one account and one bot whose files are moved. */
export type FilesPanel = Awaited<ReturnType<typeof openPanel>>;

export const account = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };

const named = z.object({ id: z.string() });

export async function openPanel(home: string, env: Record<string, string> = {}) {
  const panel = await startPanel(home, await freePort(), { BOTYARD_GATEWAY_PORT: String(await freePort()), ...env });
  const paths = homePaths(home);
  const authorization = `Bearer ${readFileSync(paths.cliKey, "utf8").trim()}`;

  /** Asks the public API; whatever is not an answer to the purpose throws. */
  async function send(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    const type = typeof body === "string" ? "application/json" : "application/octet-stream";
    const headers = { authorization, ...(body !== undefined && { "content-type": type }) };
    const answer = await fetch(`${panel.url}/api${path}`, { method, headers, body });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
    return answer;
  }
  const ask = async <T>(shape: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T> =>
    shape.parse(await (await send(method, path, body === undefined ? undefined : JSON.stringify(body))).json());

  await ask(z.unknown(), "POST", "/v1/setup", account);
  const brought = await ask(importView, "POST", "/v1/imports", { kind: "template", template: "demo-js" });
  await until("the template", async () => {
    const { status } = await ask(importView, "GET", `/v1/imports/${brought.id}`);
    return status.state === "ready";
  });
  const bot = await ask(named, "POST", "/v1/bots", {
    importId: brought.id,
    name: "files",
    runtime: "node",
    entry: "index.js",
  });
  const pidOf = (name: string) =>
    everyPid().find((pid) => hasEnv(pid, `PM2_HOME=${paths.pm2}`) && hasEnv(pid, `name=${name}`)) ?? -1;

  return {
    url: panel.url,
    botId: bot.id,
    account,
    /** Where the bot's files lie. */
    files: `${paths.bots}/${bot.id}/files`,
    authorization,
    ask,
    send,
    /** Waits until a transfer is over, and fails when it failed. */
    async done(view: TransferView): Promise<void> {
      await until(
        `the ${view.kind}`,
        async () => {
          const { status } = await ask(transferView, "GET", `/v1/bots/${bot.id}/transfers/${view.id}`);
          if (status.state === "failed") throw new Error(status.message);
          return status.state === "done";
        },
        { withinMs: 600_000, everyMs: 100 },
      );
    },
    /** The processes that bytes go through. */
    pids: { web: pidOf("botyard-web"), worker: pidOf("botyard-worker") },
    async close() {
      await panel.interrupt();
      await endPanel(home);
    },
  };
}

/** Runs a program of the system to its end; its output goes nowhere. */
export async function runPeer(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: "ignore" });
  const [code] = await once(child, "exit");
  // grep ends with 1 when it found nothing, with 2 when it could not look.
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}
