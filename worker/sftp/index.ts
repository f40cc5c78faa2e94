import { createServer } from "node:net";
import type { SftpReport } from "#contracts/sftp";
import type { AllFiles } from "../files/index";
import type { Sftp } from "../ports";
import type { AskWeb } from "../questions";
import { createBounds } from "./bounds";
import { type Link, serve } from "./connection";
import { readHostKey } from "./host-key";
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
/** How often a port that was taken is tried again, ms. */
const AGAIN_MS = 30_000;

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
  let report: SftpReport = { state: "failed", host, port, why: "" };
  let askedAt = Date.now();

  async function check(userId?: string): Promise<void> {
    const asked = [...links].filter(({ access }) => userId === undefined || access.userId === userId);
    if (asked.length === 0) askedAt = Date.now();
    if (asked.length === 0) return;
    try {
      const { permissions } = await ask("sftp.check", { standings: asked.map(({ access }) => access) });
      askedAt = Date.now();
      for (const [index, link] of asked.entries()) {
        const now = permissions[index];
        if (now) link.permit(now);
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

  let again: NodeJS.Timeout | undefined;
  /** Settles when it is known whether the port can be had now. */
  const listen = () =>
    new Promise<void>((settle) => {
      server.once("listening", settle);
      server.once("error", settle);
      server.listen(port, host);
    });
  server.on("listening", () => {
    const at = server.address();
    const itsPort = typeof at === "object" && at ? at.port : port;
    report = { state: "on", host, port: itsPort, fingerprint: hostKey.fingerprint };
  });
  server.on("error", (error) => {
    const why = "code" in error ? String(error.code) : error.message;
    if (report.state !== "failed" || report.why !== why) say(`SFTP cannot listen on ${host}, port ${port}: ${why}`);
    report = { state: "failed", host, port, why };
    again = setTimeout(() => void listen(), AGAIN_MS).unref();
  });
  await listen();

  const checking = setInterval(() => void check(), CHECK_MS).unref();
  return {
    check,
    report: () => report,
    async close() {
      clearInterval(checking);
      clearTimeout(again);
      server.close();
      for (const link of links) link.end();
      await activity.close();
    },
  };
}

/** IPv4 in IPv6 clothing without it, and no zone. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
