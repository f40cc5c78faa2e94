import { Agent, request } from "node:http";
import type { z } from "zod";
import type { RpcInput, RpcName } from "#contracts/rpc";

/** Asks the worker over its socket, as the web does; `output` is the name's own of contracts/rpc. */
export function createAsk(socketPath: string) {
  const agent = new Agent({ keepAlive: true });

  function send(name: string, body: string): Promise<unknown> {
    return new Promise((settle, fail) => {
      const sent = request(
        { socketPath, agent, method: "POST", path: `/rpc/${name}`, headers: { "content-type": "application/json" } },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => void parts.push(part));
          response.on("end", () => {
            const text = Buffer.concat(parts).toString();
            if (response.statusCode === 200) settle(JSON.parse(text));
            else fail(new Error(`${name} was answered with ${response.statusCode}: ${text.slice(0, 400)}`));
          });
        },
      );
      sent.once("error", fail);
      sent.end(body);
    });
  }

  return {
    async ask<Name extends RpcName, Output>(
      name: Name,
      output: z.ZodType<Output>,
      input: RpcInput<Name>,
    ): Promise<Output> {
      return output.parse(await send(name, JSON.stringify(input)));
    },
    close: () => agent.destroy(),
  };
}
