import { setTimeout as sleep } from "node:timers/promises";
import { InvalidArgumentError, type Command as Program } from "commander";
import type { Client } from "../client";
import type { Context } from "../context";
import { Failure } from "../failure";
import { duration, megabytes, plain, table } from "../output";
import { openScreen } from "../screen";
import { summarize } from "../summary";
import { shorten } from "../width";

/** Of a name that is longer, what stands beside it could not be seen. */
const NAME_COLUMNS = 24;

/** What one may sort by, by the key that does it. */
const orders = { c: "cpu", m: "memory", r: "restarts", n: "name" } as const;
type Order = (typeof orders)[keyof typeof orders];
type Summary = ReturnType<typeof summarize>;
type Seen = Awaited<ReturnType<typeof look>>;

/** top: every bot and the machine, again and again. */
export function addTopCommand(program: Program, context: Context): void {
  program
    .command("top")
    .option("--interval <seconds>", "time between two updates", seconds, 2)
    .option("-n, --times <count>", "end after so many updates", count)
    .description("what the bots use, busiest first; c m r n sort, q ends")
    .action(async ({ interval, times }: { interval: number; times?: number }) => {
      const { client, output } = context();
      // What is looked at once is to stay on the screen.
      if (!output.json && times !== 1 && process.stdout.isTTY && process.stdin.isTTY)
        return watch(client, interval, times);
      for (let at = 0; at < (times ?? 1); at += 1) {
        if (at > 0) await sleep(interval * 1000);
        const seen = await look(client);
        output.result({ ...seen, bots: seen.bots.toSorted(by.cpu) }, (value) => linesOf(value, "cpu"));
      }
    });
}

/** On a terminal, until `q`. A panel that goes away is waited for; only one that was never there ends it. */
async function watch(client: Client, interval: number, times = Number.POSITIVE_INFINITY): Promise<void> {
  let seen: Seen | undefined = await look(client);
  let order: Order = "cpu";
  let trouble = "";
  const ended = new AbortController();
  const screen = openScreen({
    lines: () => [...(trouble ? [trouble] : []), ...(seen ? linesOf(seen, order) : [])],
    key(key) {
      if (key === "q" || key === "\u0003") ended.abort();
      if (isOrder(key)) order = orders[key];
    },
    end: () => ended.abort(),
  });
  const over = new Promise<void>((resolve) => ended.signal.addEventListener("abort", () => resolve()));
  try {
    for (let at = 0; at < times && !ended.signal.aborted; at += 1) {
      // Whoever wants to leave need not wait for an answer.
      if (at > 0) await Promise.race([over, again()]);
      screen.draw();
      await sleep(interval * 1000, undefined, { signal: ended.signal }).catch(() => {});
    }
  } finally {
    screen.close();
  }

  async function again(): Promise<void> {
    try {
      seen = await look(client);
      trouble = "";
    } catch (error) {
      if (!(error instanceof Failure) || error.exit !== 5) throw error;
      trouble = `${plain(error.message)} What follows is of before.`;
    }
  }
}

const isOrder = (key: string): key is keyof typeof orders => Object.hasOwn(orders, key);

async function look(client: Client) {
  const [{ bots, workerAway }, { samples }] = await Promise.all([
    client.bots.list(),
    client.panel.node().catch(() => ({ samples: [] })),
  ]);
  return { host: samples.at(-1) ?? null, workerAway, bots: bots.map(summarize) };
}

const falling = (of: (one: Summary) => number | null) => (a: Summary, b: Summary) =>
  (of(b) ?? -1) - (of(a) ?? -1) || a.name.localeCompare(b.name);
const by: Readonly<Record<Order, (a: Summary, b: Summary) => number>> = {
  cpu: falling(({ cpu }) => cpu),
  memory: falling(({ memory }) => memory),
  restarts: falling(({ restarts }) => restarts),
  name: (a, b) => a.name.localeCompare(b.name),
};

function linesOf({ host, workerAway, bots }: Seen, order: Order): string[] {
  const running = bots.filter(({ state }) => state === "running").length;
  const head = host
    ? `CPU ${host.cpu.toFixed(0)} %  memory ${megabytes(host.memoryUsed)} of ${megabytes(host.memoryTotal)}`
    : "";
  return [
    `${running} of ${bots.length} bots run.  ${workerAway ? "The worker is away: nothing of this is the present." : head}`,
    "",
    ...table(
      ["NAME", "STATE", "CPU", "MEMORY", "UPTIME", "RESTARTS", "WHY"],
      bots
        .toSorted(by[order])
        .map(({ name, state, cpu, memory, since, restarts, why }) => [
          shorten(plain(name), NAME_COLUMNS),
          state,
          cpu === null ? "–" : `${cpu.toFixed(1)} %`,
          memory === null ? "–" : megabytes(memory),
          state === "running" && since ? duration(Date.now() - since) : "–",
          restarts === null ? "–" : String(restarts),
          why ?? "",
        ]),
    ),
  ];
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
