import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import { z } from "zod";
import { installStatus } from "#contracts/bot";
import { processStatus } from "#contracts/process";

const patience = { timeout: 15_000, interval: 20 };

const told = z.union([
  z.literal("booted"),
  z.object({ id: z.string(), now: z.object({ status: processStatus, install: installStatus }).optional() }),
]);

/** A small worker in a process of its own, which can be killed. */
export function spawnWorker(home: string) {
  const program = fileURLToPath(new URL("./small-worker.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", program, home], { stdio: ["pipe", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (bytes) => {
    text += bytes;
  });
  const all = () =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => told.parse(JSON.parse(line)));
  return {
    child,
    now: () =>
      all()
        .flatMap((one) => (one === "booted" || !one.now ? [] : [one.now]))
        .at(-1),
    tell: (command: string, botId: string) => void child.stdin.write(`${command} ${botId}\n`),
    booted: () => vi.waitFor(() => expect(all()).toContain("booted"), patience),
  };
}

/** Kills it as nothing can be prepared for. */
export const kill9 = (child: ChildProcess) =>
  new Promise<void>((gone) => {
    child.once("exit", () => gone());
    child.kill("SIGKILL");
  });
