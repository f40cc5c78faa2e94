import { once } from "node:events";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { Command as Program } from "commander";
import { whyNot } from "../client";
import type { Context } from "../context";
import { readAccess } from "../env";
import { Failure } from "../failure";

/** mcp: hands what a client says on stdin to the panel, and what the panel answers to stdout. */
export function addMcpCommand(program: Program, context: Context): void {
  program
    .command("mcp")
    .option("--write", "also tools that change something")
    .description("the panel's tools for a language model's client: MCP on stdin and stdout")
    .action(async ({ write }: { write?: boolean }) => {
      const { url, token } = readAccess();
      if (!token)
        throw Failure.of("not_signed_in", "Run botyard login, or set BOTYARD_TOKEN to an API key of the panel.");
      if (write && context().dryRun) throw Failure.use("With --dry-run only what changes nothing is offered.");
      // Read only here: every press of Tab starts this program.
      const [{ StreamableHTTPClientTransport }, { StdioServerTransport }] = await Promise.all([
        import("@modelcontextprotocol/sdk/client/streamableHttp.js"),
        import("@modelcontextprotocol/sdk/server/stdio.js"),
      ]);
      const there = new StreamableHTTPClientTransport(new URL(`${url}/api/mcp${write ? "?write=true" : ""}`), {
        requestInit: { headers: { authorization: `Bearer ${token}` }, redirect: "error" },
      });
      const here = new StdioServerTransport();
      here.onmessage = (message) =>
        void there.send(message).catch((error: unknown) => here.send(failed(message, wordsOf(url, error))));
      there.onmessage = (message) => void here.send(message);
      // What goes wrong with a message is said in its answer; stdout belongs to the protocol.
      there.onerror = () => {};
      await there.start();
      await here.start();
      await once(process.stdin, "end");
    });
}

/** The panel's own words where it refused; else what is in the way to it. */
function wordsOf(url: string, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [, said] = /"message":("(?:\\.|[^"\\])*")/.exec(text) ?? [];
  if (said !== undefined) return String(JSON.parse(said));
  return error instanceof TypeError ? whyNot({ url }, error) : text;
}

// A notification has no answer: one that did not arrive is told by what is asked next.
function failed(message: JSONRPCMessage, text: string): JSONRPCMessage {
  if ("method" in message && "id" in message)
    return { jsonrpc: "2.0", id: message.id, error: { code: -32_000, message: text } };
  return { jsonrpc: "2.0", method: "notifications/message", params: { level: "error", data: text } };
}
