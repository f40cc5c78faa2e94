import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { AppError, errorTable } from "#contracts/errors";
import { PROBLEM, problemOf } from "#contracts/problem";

const ID = "aaaaaaaaaa";
type Ask = { what: string; query: Record<string, string>; body: unknown };

/** A panel with one bot, “one”, that answers what it is told to. */
export type BotPanel = {
  url: string;
  /** What was asked of the bot, in order: method and path below it. */
  asks: Ask[];
  /** What is answered to that; an AppError as the API does. */
  answers: Record<string, (ask: Ask) => unknown>;
  close(): void;
};

export async function openBotPanel(): Promise<BotPanel> {
  const server = createServer(async (request, response) => {
    const sent = await text(request);
    const { pathname, searchParams } = new URL(request.url ?? "", "http://panel");
    const what = `${request.method} ${pathname.replace("/api/v1/bots", "").replace(`/${ID}`, "")}`;
    const ask = { what, query: Object.fromEntries(searchParams), body: sent === "" ? undefined : JSON.parse(sent) };
    if (what !== "GET ") panel.asks.push(ask);
    const list = { bots: [{ id: ID, name: "one" }], workerAway: false };
    const answer = what === "GET " ? list : panel.answers[what]?.(ask);
    const failed = answer instanceof AppError;
    response.writeHead(failed ? errorTable[answer.code].status : 200, {
      "content-type": failed ? PROBLEM : "application/json",
    });
    response.end(JSON.stringify(failed ? problemOf(answer, pathname) : (answer ?? {})));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const panel: BotPanel = {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    asks: [],
    answers: {},
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return panel;
}
