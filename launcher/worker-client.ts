import { request } from "node:http";
import type { RpcInput, RpcName } from "#contracts/rpc";

/** Asks the worker of a home over its socket; fails when it is away or refuses. The answer is yet to be parsed. */
export function askWorker<Name extends RpcName>(
  socketPath: string,
  name: Name,
  input: RpcInput<Name>,
): Promise<unknown> {
  const body = JSON.stringify(input);
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const options = { socketPath, path: `/rpc/${name}`, method: "POST", headers, timeout: 10_000 };
    const asked = request(options, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.once("error", reject);
      answer.once("end", () => (answer.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text))));
    });
    asked.once("timeout", () => asked.destroy(new Error("the worker does not answer")));
    asked.once("error", reject);
    asked.end(body);
  });
}
