import { createServer, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import { AppError } from "#contracts/errors";
import type { LogLine } from "#contracts/log";
import { PROBLEM, problemOf } from "#contracts/problem";

/*
 * A panel of the contract's own words: bots with lines, and an API that reads, searches and sends them.
 */
export type Bot = { id: string; name: string; lines: LogLine[] };

export type LogPanel = {
  bots: Bot[];
  /** It answers that the worker is away. */
  away: boolean;
  /** What was asked, in order. */
  asked: URL[];
  url(): string;
  /** Ends it; `listen` begins again at the same address. */
  stop(): Promise<void>;
  listen(): Promise<void>;
};

/** Searches of one person that a panel has under way at most, and how long each takes here, ms. */
const SEARCHES = 4;
const SEARCH_MS = 10;

export const line = (
  run: number,
  offset: number,
  at: number,
  text: string,
  level: LogLine["level"] = "plain",
): LogLine => ({
  ...{ run, offset, next: offset + text.length + 1, at, stream: "out", level, text },
});

export async function openLogPanel(): Promise<LogPanel> {
  let server: Server;
  let port = 0;
  let searches = 0;
  const panel: LogPanel = {
    bots: [
      { id: "aaaaaaaaaa", name: "alpha", lines: [line(1, 0, 1_000, "first"), line(1, 6, 3_000, "third", "error")] },
      {
        id: "bbbbbbbbbb",
        name: "beta",
        lines: [line(1, 0, 2_000, "second \x1b[31mred\x1b[0m\x1b[2J"), line(1, 40, 4_000, "fourth")],
      },
    ],
    away: false,
    asked: [],
    url: () => `http://127.0.0.1:${port}`,
    async listen() {
      server = createServer((request, response) => {
        const url = new URL(request.url ?? "", "http://panel");
        panel.asked.push(url);
        const json = (status: number, body: unknown) => {
          response.writeHead(status, { "content-type": "application/json" });
          response.end(JSON.stringify(body));
        };
        const refuse = (error: AppError) => {
          const problem = problemOf(error, url.pathname);
          response.writeHead(problem.status, { "content-type": PROBLEM });
          response.end(JSON.stringify(problem));
        };
        if (panel.away) return refuse(new AppError("worker_away"));
        if (url.pathname === "/api/v1/bots") return json(200, { bots: panel.bots.map(viewOf) });
        const bot = panel.bots.find(({ id }) => url.pathname.includes(id));
        if (!bot) return refuse(new AppError("not_found", { what: "bot" }));
        if (url.pathname.endsWith("/log")) return json(200, read(bot, url.searchParams));
        if (url.pathname.endsWith("/search")) {
          if (searches >= SEARCHES) return refuse(new AppError("too_many_tries", { seconds: 1 }));
          searches += 1;
          setTimeout(() => {
            searches -= 1;
            json(200, search(bot, url.searchParams));
          }, SEARCH_MS);
          return;
        }
        const text = Buffer.from(bot.lines.map((one) => `${one.text}\n`).join(""));
        response.writeHead(200, { "content-disposition": `attachment; filename="../${bot.name}.log"` });
        response.end(url.searchParams.get("gzip") === "true" ? gzipSync(text) : text);
      });
      await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
      const address = server.address();
      port = typeof address === "object" && address ? address.port : 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await panel.listen();
  return panel;
}

const viewOf = ({ id, name }: Bot) => ({ id, name, permissions: ["bot:view", "console:read"], live: null });
const isAfter = (one: LogLine, cursor: string) => {
  const [run = 0, offset = 0] = cursor.split(".").map(Number);
  return one.run > run || (one.run === run && one.next > offset);
};
function read({ lines }: Bot, query: URLSearchParams) {
  const limit = Number(query.get("limit"));
  const after = query.get("after");
  const before = query.get("before");
  const since = Number(query.get("since") ?? 0);
  const known = lines.filter((one) => one.at >= since && (!before || !isAfter(one, before)));
  const page =
    after || since ? known.filter((one) => !after || isAfter(one, after)).slice(0, limit) : known.slice(-limit);
  const last = page.at(-1);
  const end = last ? { run: last.run, offset: last.next } : cursorOf(after ?? before);
  const [first] = page;
  return { lines: page, end, start: first && first !== lines[0] ? { run: first.run, offset: first.offset } : null };
}
const cursorOf = (text: string | null) => {
  const [run = 0, offset = 0] = (text ?? "").split(".").map(Number);
  return text ? { run, offset } : null;
};
function search({ lines }: Bot, query: URLSearchParams) {
  const levels = query.get("levels")?.split(",");
  const hits = lines.filter(
    (one) => one.text.includes(query.get("text") ?? "") && (!levels || levels.includes(one.level)),
  );
  // One hit an answer: the program has to go on.
  const from = query.get("from");
  const left = hits.filter((one) => !from || !isAfter(one, from)).reverse();
  const [hit, more] = left;
  return {
    hits: hit ? [hit] : [],
    next: more && hit ? { run: hit.run, offset: hit.offset } : null,
    scanned: 1,
    left: 1,
  };
}
