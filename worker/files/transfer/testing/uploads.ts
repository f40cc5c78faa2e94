import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import type { UploadChoice, UploadRequest } from "#contracts/transfer";
import { BOT, createStage, type Stage } from "../../stage";
import { openTestRpc } from "./rpc";

export const botId = BOT;
export const owner = "u1";

/** Uploads to one bot for a file of tests: each has a bot, a worker and a clock (`now`) of its own. */
export function uploadToOneBot() {
  const world = {} as { stage: Stage; rpc: Awaited<ReturnType<typeof openTestRpc>>; now: number };
  const open = async () => {
    world.rpc = await openTestRpc(world.stage, { now: () => world.now });
  };
  beforeEach(async () => {
    world.stage = await createStage();
    world.now = Date.now();
    await open();
  });
  afterEach(async () => {
    await world.rpc.close();
    expect(world.rpc.said).toEqual([]);
    await world.stage.remove();
  });

  const announce = (request: Partial<UploadRequest> & Pick<UploadRequest, "files">) =>
    world.rpc.ask("transfers.upload", { botId, owner, request });
  const on = (transferId: string, more = {}) => ({ botId, owner, transferId, ...more });
  const send = async (transferId: string, file: number, offset: number, body: string | Buffer, who = owner) => {
    const query = { botId, owner: who, transferId, file, offset };
    return JSON.parse((await world.rpc.whole({ method: "PUT", path: "/upload", query, body })).bytes.toString());
  };
  /** What came of it in the end: of what takes longer than an answer waits for, it is told that it is being done. */
  const finish = async (id: string, conflict?: string, conflicts: UploadChoice["conflicts"] = []) => {
    let view = await world.rpc.ask("transfers.finish", on(id, { conflict, conflicts }));
    for (; view.status?.state === "working"; await new Promise(setImmediate))
      view = await world.rpc.ask("transfers.state", on(id));
    return view;
  };
  return {
    world,
    announce,
    on,
    send,
    finish,
    state: (id: string) => world.rpc.ask("transfers.uploadState", on(id)),
    cancel: (id: string) => world.rpc.ask("transfers.cancel", on(id)),
    /** Announces texts, sends them and gives them their names. */
    async upload(texts: Record<string, string>, more: Partial<UploadRequest> = {}) {
      const list = Object.entries(texts).map(([path, text]) => ({ path, size: Buffer.byteLength(text) }));
      const { id, ...view } = await announce({ ...more, files: list });
      if (id === undefined) return view;
      for (const [number, text] of Object.values(texts).entries()) if (text !== "") await send(id, number, 0, text);
      return finish(id);
    },
    /** The worker goes and another comes. */
    async restart() {
      await world.rpc.close();
      await open();
    },
    text: (path: string) => readFile(join(world.stage.at, path), "utf8"),
    /** How much of uploads is left; 0 when each is done or was given up. */
    left: async () => (await readdir(join(world.stage.root, "uploads")).catch(() => [])).length,
  };
}
