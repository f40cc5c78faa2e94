import { join } from "node:path";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { idOf, openTestPanel, type Person, type TestPanel } from "../../src/server/testing/panel";
import { endBots, startWorker } from "./worker";

type World = { panel: TestPanel; owner: Person; member: Person; stranger: Person; botId: string };

/** One panel, a real worker and one bot of the demo, for a file of tests. */
export function runOneBot(name: string) {
  const world = {} as World;
  let stopWorker: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const panel = await openTestPanel();
    await panel.worker.close();
    stopWorker = await startWorker(panel.home);
    const owner = await panel.person("ada", "admin");
    const [member, stranger] = [await panel.person("mia"), await panel.person("stina")];
    const made = await panel.ask(owner.asker, "POST", "/v1/imports", { kind: "template", template: "demo-js" });
    const importId = idOf(made.body);
    await vi.waitFor(async () => {
      const { body } = await panel.ask(owner.asker, "GET", `/v1/imports/${importId}`);
      expect(body).toMatchObject({ status: { state: "ready" } });
    });
    const bot = { importId, name, runtime: "node", entry: "index.js" };
    const botId = idOf((await panel.ask(owner.asker, "POST", "/v1/bots", bot)).body);
    Object.assign(world, { panel, owner, member, stranger, botId });
  });
  afterAll(async () => {
    if (world.panel) await endBots(world.panel.home);
    await stopWorker?.();
    await world.panel?.close();
  });

  return {
    world,
    ask: (method: string, path: string, body?: unknown, who = world.owner) =>
      world.panel.ask(who.asker, method, `/v1/bots/${world.botId}${path}`, body),
    /** A path in the bot's folder. */
    inside: (...parts: string[]) => join(world.panel.home, "bots", world.botId, "files", ...parts),
    /** Gives the member exactly these permissions. */
    grant: (permissions: string[]) =>
      world.panel.db.grant.upsert({
        where: { botId_userId: { botId: world.botId, userId: world.member.id } },
        create: { botId: world.botId, userId: world.member.id, permissions },
        update: { permissions },
      }),
    async restartWorker() {
      await stopWorker?.();
      stopWorker = await startWorker(world.panel.home);
    },
  };
}
