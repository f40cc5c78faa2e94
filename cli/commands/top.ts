import { setTimeout as sleep } from "node:timers/promises";
import { InvalidArgumentError, type Command as Program } from "commander";
import type { Client } from "../client";
import type { Context } from "../context";
import { duration, megabytes, plain, summarize, table } from "../output";

/** What one may sort by, by the key that does it. */
const orders = { c: "cpu", m: "memory", r: "restarts", n: "name" } as const;
type Order = (typeof orders)[keyof typeof orders];
type Summary = ReturnType<typeof summarize>;

/** top: every bot and the machine, again and again. */
export function addTopCommand(program: Program, context: Context): void {
  program
    .command("top")
    .option("--interval <seconds>", "how often it is looked at", seconds, 2)
    .option("-n, --times <count>", "how often, then it ends", count)
    .description("what the bots use, busiest first; c m r n sort, q ends")
    .action(async ({ interval, times }: { interval: number; times?: number }) => {
      const { client, output } = context();
      const { isTTY } = process.stdout;
      let order: Order = "cpu";
      if (output.json || !isTTY || !process.stdin.isTTY) {
        for (let at = 0; at < (times ?? 1); at += 1) {
          if (at > 0) await sleep(interval * 1000);
          const seen = await look(client, order);
          output.result(seen, linesOf);
        }
        return;
      }
      const ended = new AbortController();
      const leave = openScreen((key) => {
        if (key === "q" || key === "\u0003") ended.abort();
        if (isOrder(key)) order = orders[key];
      });
      try {
        for (let at = 0; !ended.signal.aborted && at < (times ?? Number.POSITIVE_INFINITY); at += 1) {
          draw(linesOf(await look(client, order)));
          await sleep(interval * 1000, undefined, { signal: ended.signal }).catch(() => {});
        }
      } finally {
        leave();
      }
    });
}

const isOrder = (key: string): key is keyof typeof orders => Object.hasOwn(orders, key);

async function look(client: Client, order: Order) {
  const [{ bots, workerAway }, { samples }] = await Promise.all([
    client.bots.list(),
    client.panel.node().catch(() => ({ samples: [] })),
  ]);
  const host = samples.at(-1) ?? null;
  return { host, workerAway, bots: bots.map(summarize).sort(by[order]) };
}

const falling = (of: (one: Summary) => number | null) => (a: Summary, b: Summary) =>
  (of(b) ?? -1) - (of(a) ?? -1) || a.name.localeCompare(b.name);
const by: Readonly<Record<Order, (a: Summary, b: Summary) => number>> = {
  cpu: falling(({ cpu }) => cpu),
  memory: falling(({ memory }) => memory),
  restarts: falling(({ restarts }) => restarts),
  name: (a, b) => a.name.localeCompare(b.name),
};

function linesOf({ host, workerAway, bots }: Awaited<ReturnType<typeof look>>): string[] {
  const running = bots.filter(({ state }) => state === "running").length;
  const head = host
    ? `CPU ${host.cpu.toFixed(0)} %  memory ${megabytes(host.memoryUsed)} of ${megabytes(host.memoryTotal)}`
    : "";
  return [
    `${running} of ${bots.length} bots run.  ${workerAway ? "The worker is away: nothing of this is the present." : head}`,
    "",
    ...table(
      ["NAME", "STATE", "CPU", "MEMORY", "UPTIME", "RESTARTS", "WHY"],
      bots.map(({ name, state, cpu, memory, since, restarts, why }) => [
        name,
        state,
        cpu === null ? "–" : `${cpu.toFixed(1)} %`,
        memory === null ? "–" : megabytes(memory),
        state === "running" && since ? duration(Date.now() - since) : "–",
        restarts === null ? "–" : String(restarts),
        plain(why ?? ""),
      ]),
    ),
  ];
}

/** Takes the terminal's second screen, so that what stood there is there again afterwards. */
function openScreen(onKey: (key: string) => void): () => void {
  const keys = (data: Buffer) => onKey(data.toString("utf8"));
  process.stdout.write("\u001b[?1049h\u001b[?25l");
  process.stdin.setRawMode(true).resume().on("data", keys);
  return () => {
    process.stdin.setRawMode(false).pause().off("data", keys);
    process.stdout.write("\u001b[?25h\u001b[?1049l");
  };
}

function draw(lines: readonly string[]): void {
  const { rows = 24, columns = 80 } = process.stdout;
  const shown = lines.slice(0, rows - 1).map((line) => `${line.slice(0, columns)}\u001b[K`);
  process.stdout.write(`\u001b[H${shown.join("\n")}\u001b[J`);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0.5 && value <= 3_600)) throw new InvalidArgumentError("Give seconds from 0.5 to 3600.");
  return value;
}
function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1 on.");
  return Number(text);
}
