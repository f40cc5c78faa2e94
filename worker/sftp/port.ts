import type { Server } from "node:net";
import type { SftpReport } from "#contracts/sftp";

/** How often a port that was taken is tried again, ms. */
const AGAIN_MS = 30_000;

type Options = { host: string; port: number; fingerprint: string; say: (line: string) => void; againMs?: number };

/**
 * Has a server listen, now or as soon as its port can be had; resolves when it is known whether that is now. An error that comes later,
 * such as no descriptor being left for a connection, is said and changes nothing.
 */
export async function listenAt(server: Server, { host, port, fingerprint, say, againMs = AGAIN_MS }: Options) {
  let report: SftpReport = { state: "failed", host, port, why: "" };
  let again: NodeJS.Timeout | undefined;
  const listen = () => void server.listen(port, host);
  const known = new Promise<void>((settle) => {
    server.once("listening", settle).once("error", () => settle());
  });
  server.on("listening", () => {
    const at = server.address();
    report = { state: "on", host, port: typeof at === "object" && at ? at.port : port, fingerprint };
  });
  server.on("error", (error) => {
    const why = "code" in error ? String(error.code) : error.message;
    if (server.listening) return say(`SFTP could not take a connection: ${why}`);
    if (report.state !== "failed" || report.why !== why) say(`SFTP cannot listen on ${host}, port ${port}: ${why}`);
    report = { state: "failed", host, port, why };
    again = setTimeout(listen, againMs).unref();
  });
  listen();
  await known;
  return {
    report: () => report,
    close() {
      clearTimeout(again);
      server.close();
    },
  };
}
