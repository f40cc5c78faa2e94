import { expect, vi } from "vitest";
import { z } from "zod";
import { type NodeInfo, nodeInfo } from "#contracts/host";
import { answerQuestions } from "../../src/server/questions";
import { idOf, openTestPanel, type Person, type TestPanel } from "../../src/server/testing/panel";
import { endBots, startWorker } from "./worker";

export type RealPanel = TestPanel & {
  /** A bot of somebody's, with the files of a template, that was never started. Where nothing isolates bots, an admin has allowed it to run. */
  newBot(owner: Pick<Person, "asker">, name: string): Promise<string>;
};
export type { Person };

/** The web with a real worker behind it, each with a home of their own; its bots end with it. `env`: what the worker is to find in its environment besides. */
export async function openRealPanel(env: Record<string, string> = {}): Promise<RealPanel> {
  const panel = await openTestPanel();
  await panel.worker.close();
  const questions = await answerQuestions();
  const stopWorker = await startWorker(panel.home, env);
  let admin: Person | undefined;

  return {
    ...panel,
    async newBot({ asker }, name) {
      const made = await panel.ask(asker, "POST", "/v1/imports", { kind: "template", template: "demo-js" });
      const importId = idOf(made.body);
      await vi.waitFor(async () => {
        const { body } = await panel.ask(asker, "GET", `/v1/imports/${importId}`);
        expect(body).toMatchObject({ status: { state: "ready" } });
      });
      const bot = { importId, name, runtime: "node", entry: "index.js" };
      const botId = idOf((await panel.ask(asker, "POST", "/v1/bots", bot)).body);
      const { isolation } = await nodeOf(panel, { asker });
      if (isolation.level === "none") {
        admin ??= await panel.person("allows-bots", "admin");
        await panel.ask(admin.asker, "PUT", `/v1/bots/${botId}/trust`, { trusted: true });
      }
      return botId;
    },
    async close() {
      await endBots(panel.home);
      await stopWorker();
      questions.close();
      await panel.close();
    },
  };
}

/** Where the worker answers SFTP; it does where its environment says so. */
export async function sftpPortOf(panel: Pick<TestPanel, "ask">, person: Pick<Person, "asker">): Promise<number> {
  const { sftp } = await nodeOf(panel, person);
  if (sftp.state !== "on") throw new Error(`SFTP is ${sftp.state}`);
  return sftp.port;
}

async function nodeOf({ ask }: Pick<TestPanel, "ask">, { asker }: Pick<Person, "asker">): Promise<NodeInfo> {
  const { body } = await ask(asker, "GET", "/v1/nodes/current");
  return z.object({ node: nodeInfo }).parse(body).node;
}
