import { type IncomingMessage, request } from "node:http";
import type { Transfers } from "../../../ports";
import { openRpc } from "../../../rpc/index";
import type { RpcPorts } from "../../../rpc/verbs";

/** A call of the worker's over its real socket. */
export type Call = {
  method?: string;
  path: string;
  query?: Record<string, string | number | readonly string[]>;
  headers?: Record<string, string>;
  body?: string | Buffer;
};

/** The worker's RPC with nothing behind it but transfers. */
export async function openTestRpc(socketPath: string, transfers: Transfers) {
  const nothing = {} as Omit<RpcPorts, "transfers">;
  const said: string[] = [];
  const rpc = await openRpc({ ...nothing, transfers, socketPath, say: (text) => void said.push(text) });

  const call = ({ method = "GET", path, query = {}, headers = {}, body }: Call) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const search = new URLSearchParams(
        Object.entries(query).flatMap(([key, value]) => [value].flat().map((one) => [key, String(one)])),
      );
      const sent = request({ socketPath, method, path: `${path}?${search}`, headers, agent: false }, resolve);
      sent.once("error", reject);
      sent.end(body);
    });

  return {
    said,
    call,
    /** An answer with all its bytes. */
    async whole(asked: Call) {
      const answer = await call(asked);
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part);
      return { status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts) };
    },
    /** A verb's answer, or the code it was refused with. */
    async ask(name: string, input: unknown) {
      const { bytes } = await this.whole({ method: "POST", path: `/rpc/${name}`, body: JSON.stringify(input) });
      return JSON.parse(bytes.toString());
    },
    close: () => rpc.close(),
  };
}
