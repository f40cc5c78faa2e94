import { mkdir, readdir } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { expect } from "vitest";
import { type GitServer, startGitServer } from "../../../git/testing/git-server";
import { BOT as botId, createStage, type Stage } from "../../stage";
import type { PullOptions } from "../pull";
import { openTestRpc } from "./rpc";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;
type View = { id: string; name?: string; code?: string; status: { state: string; code?: string } };

const owner = "u1";

/** A bot that fetches files from a real https server on loopback; `open` and `close` go around each test. */
export function createPullStage() {
  let stage: Stage;
  let server: GitServer;
  let rpc: Awaited<ReturnType<typeof openTestRpc>>;
  let answer: Answer;

  const openRpc = (allowNetworks: string[], more: Partial<PullOptions> = {}) =>
    openTestRpc(stage, { pulls: { allowNetworks, caFile: server.caFile, ...more } });
  const begin = (url: string, more = {}): Promise<View> =>
    rpc.ask("transfers.pull", { botId, owner, request: { url, ...more } });
  const stateOf = (id: string): Promise<View> => rpc.ask("transfers.state", { botId, owner, transferId: id });

  return {
    owner,
    get stage() {
      return stage;
    },
    get server() {
      return server;
    },
    get rpc() {
      return rpc;
    },
    /** What the server says to whatever it is asked. */
    set answer(next: Answer) {
      answer = next;
    },
    async open() {
      stage = await createStage();
      const root = join(stage.home, "server");
      await mkdir(root);
      answer = (_request, response) => void response.end("bytes");
      server = await startGitServer(root, (request, response) => {
        answer(request, response);
        return true;
      });
      rpc = await openRpc(["127.0.0.0/8"]);
    },
    async close() {
      await rpc.close();
      await server.close();
      expect(rpc.said).toEqual([]);
      await stage.remove();
    },
    /** The worker again, with other networks or other patience. */
    async reopen(...options: Parameters<typeof openRpc>): Promise<void> {
      await rpc.close();
      rpc = await openRpc(...options);
    },
    here: (path = "/a.bin") => `https://localhost:${server.port}${path}`,
    begin,
    stateOf,
    /** Fetches, and waits for the end; what is refused at once looks as what is refused later. */
    async pull(url: string, more = {}): Promise<View["status"] & { name?: string }> {
      let view = await begin(url, more);
      if (view.code) return { state: "failed", code: view.code };
      while (view.status.state === "working") view = await stateOf(view.id);
      return { ...view.status, ...(view.name !== undefined && { name: view.name }) };
    },
    left: () => readdir(join(stage.root, "uploads")).catch(() => []),
    all: async () => (await readdir(stage.at, { recursive: true })).toSorted(),
  };
}
