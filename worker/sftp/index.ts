import { createServer } from "node:net";
import type { AllFiles } from "../files/index";
import type { Sftp } from "../ports/index";
import type { AskWeb } from "../questions";
import { createBounds } from "./bounds";
import { type Link, serve } from "./connection";
import { readHostKey } from "./host-key";
import { listenAt } from "./port";
import { openActivity } from "./tally";

/*
 * A bot's files for SFTP clients: ssh2 carries the connection, everything else is here.
 *
 *   socket ─▶ bounds ─▶ sign-in (asks the web) ─▶ channel ─▶ session ─▶ jail, quota
 *                                │                              └──▶ tally ─▶ the web writes it down
 *                                └──▶ check, every few seconds: may they still?
 */

/** Access that ended is noticed within this, ms, even where nobody says so. */
const CHECK_MS = 3_000;
/** The web may be away for so long, ms, as it is when it is restarted; then nobody stays who cannot be asked about. */
const UNASKED_MS = 60_000;

type Options = {
  host: string;
  /** "off": nothing listens. 0 takes a free one. */
  port: number | "off";
  hostKeyFile: string;
  version: string;
  ask: AskWeb;
  files: Pick<AllFiles, "bot">;
  say: (line: string) => void;
};

/** Opens the port, if it can: one that is taken is tried again from time to time, and keeps the worker from nothing. */
export async function openSftp({ host, port, hostKeyFile, version, ask, files, say }: Options): Promise<Sftp> {
  if (port === "off") return { check: async () => {}, report: () => ({ state: "off" }), close: () => {} };
  const hostKey = readHostKey(hostKeyFile);
  const bounds = createBounds();
  const links = new Set<Link>();
  const activity = openActivity(ask, say);
  let askedAt = Date.now();
  let turn = 0;
  /** In which turn each was last told what it may. */
  const told = new WeakMap<Link, number>();

  async function check(userId?: string): Promise<void> {
    if (links.size === 0) askedAt = Date.now();
    const asked = [...links].filter(({ access }) => userId === undefined || access.userId === userId);
    if (asked.length === 0) return;
    turn += 1;
    const now = turn;
    try {
      const { rights } = await ask("sftp.check", { standings: asked.map(({ access }) => access) });
      askedAt = Date.now();
      for (const [index, link] of asked.entries()) {
        // An answer that comes after a later one's tells what was.
        if ((told.get(link) ?? 0) > now) continue;
        told.set(link, now);
        const may = rights[index];
        if (may) link.permit(may);
        else link.end();
      }
    } catch (error) {
      if (Date.now() - askedAt < UNASKED_MS) return;
      say(`SFTP connections are ended, since the web cannot be asked about them: ${String(error)}`);
      for (const link of asked) link.end();
    }
  }

  const server = createServer({ noDelay: true }, (socket) => {
    const address = plain(socket.remoteAddress ?? "");
    const leave = bounds.enter(address);
    if (!leave) return void socket.destroy();
    socket.once("close", leave);
    serve({
      socket,
      address,
      hostKey,
      version,
      ask,
      files,
      activity,
      say,
      admit(link) {
        const out = bounds.admit(address, link.access.userId);
        if (!out) return undefined;
        leave();
        links.add(link);
        return () => {
          links.delete(link);
          out();
        };
      },
    });
  });

  const listening = await listenAt(server, { host, port, fingerprint: hostKey.fingerprint, say });
  const checking = setInterval(() => void check(), CHECK_MS).unref();
  return {
    check,
    report: listening.report,
    async close() {
      clearInterval(checking);
      listening.close();
      for (const link of links) link.end();
      await activity.close();
    },
  };
}

/** IPv4 in IPv6 clothing without it, and no zone. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
