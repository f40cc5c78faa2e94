import { type IncomingMessage, request } from "node:http";
import { type BotPermission, botPermissions } from "#contracts/access";
import type { Question, QuestionInput } from "#contracts/questions";
import type { AskWeb } from "../../../questions";
import { openRpc } from "../../../rpc/index";
import type { RpcPorts } from "../../../rpc/verbs";
import type { Stage } from "../../stage";
import type { FreeFor } from "../disk-share";
import { openTransfers } from "../index";
import type { PullOptions } from "../pull";

/** A call of the worker's over its real socket. */
export type Call = {
  method?: string;
  path: string;
  query?: Record<string, string | number | readonly string[]>;
  headers?: Record<string, string>;
  body?: string | Buffer;
};

type Options = {
  now?: () => number;
  pulls?: PullOptions;
  free?: FreeFor;
  previewMs?: number;
  /** What whoever asks may now; all, unless it is said. */
  may?: (userId: string, keyId?: string) => readonly BotPermission[];
  /** What is hidden from them. */
  hidden?: (userId: string) => readonly string[];
};

/** A worker's RPC with nothing behind it but the transfers of a bot; `now` is its clock, and `free` its disk. */
export async function openTestRpc(
  stage: Pick<Stage, "home" | "open">,
  { now, pulls = { allowNetworks: [] }, free, previewMs, may = () => botPermissions, hidden = () => [] }: Options = {},
) {
  const nothing = {
    gateway: { drop: () => {} },
    sftp: { check: async () => {} },
  } as unknown as Omit<RpcPorts, "transfers">;
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  const files = stage.open();
  const ask = async (name: Question, { of }: QuestionInput<"access.now">) => {
    if (name !== "access.now") throw new Error(`${name} is not asked`);
    return {
      rights: of.map(({ userId, keyId }) => ({ permissions: [...may(userId, keyId)], hidden: [...hidden(userId)] })),
    };
  };
  const transfers = openTransfers({
    botsDir: `${stage.home}/bots`,
    files,
    pulls,
    ask: ask as AskWeb,
    say,
    now,
    free,
    previewMs,
  });
  await transfers.boot();
  const socketPath = `${stage.home}/worker.sock`;
  const rpc = await openRpc({ ...nothing, transfers, socketPath, say });

  return {
    ...callsOf(socketPath),
    said,
    files,
    transfers,
    async close() {
      await rpc.close();
      await transfers.close();
      await files.close();
    },
  };
}

/** Calls of a worker over its socket. */
export function callsOf(socketPath: string) {
  const call = ({ method = "GET", path, query = {}, headers = {}, body }: Call) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const search = new URLSearchParams(
        Object.entries(query).flatMap(([key, value]) => [value].flat().map((one) => [key, String(one)])),
      );
      const sent = request({ socketPath, method, path: `${path}?${search}`, headers, agent: false }, resolve);
      sent.once("error", reject);
      sent.end(body);
    });

  /** An answer with all its bytes. */
  async function whole(asked: Call) {
    const answer = await call(asked);
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part);
    return { status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts) };
  }

  return {
    call,
    whole,
    /** A verb's answer, or what it was refused with. */
    async ask(name: string, input: object) {
      const body = JSON.stringify({ hidden: [], ...input });
      const { bytes } = await whole({ method: "POST", path: `/rpc/${name}`, body });
      return JSON.parse(bytes.toString());
    },
  };
}
