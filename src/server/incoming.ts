import { IncomingMessage, Server, ServerResponse } from "node:http";
import { FORWARDED_HEADERS, isTrustedProxy, PEER_HEADER, plainAddress } from "./address";
import { letRestPass } from "./early-answer";

/**
 * Next fills X-Forwarded-For from the socket only where the client left it out, and hands routes no socket. So every
 * request and upgrade passes here first: the peer's address is written down from the socket, and what a stranger claims
 * to have forwarded is removed, for us as for Next and next-auth. What is answered early is seen to as well.
 */
export function meetRequests(): void {
  const emit = Server.prototype.emit;
  if (Reflect.has(emit, met)) return;
  function meeting(this: Server, event: string | symbol, ...args: unknown[]): boolean {
    if (event === "request" || event === "upgrade") {
      const [request, response] = args;
      if (request instanceof IncomingMessage) {
        mark(request);
        if (response instanceof ServerResponse) letRestPass(request, response);
      }
    }
    return Reflect.apply(emit, this, [event, ...args]);
  }
  Reflect.set(meeting, met, true);
  Server.prototype.emit = meeting;
}

// `next dev` runs instrumentation again after a change.
const met = Symbol.for("botyard.met");

/** What is set right of a request before anything reads it. Exported for a server of the tests. */
export function mark(request: IncomingMessage): void {
  const peer = plainAddress(request.socket.remoteAddress ?? "unknown");
  if (!isTrustedProxy(peer)) for (const name of FORWARDED_HEADERS) delete request.headers[name];
  request.headers[PEER_HEADER] = peer;
  request.url = readable(request.url ?? "/");
}

/** An address whose `%` cannot be read, which Next would answer with a failure of ours, as one that says so literally and names nothing. */
function readable(url: string): string {
  const [path = "", ...query] = url.split("?");
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return [path.replaceAll("%", "%25"), ...query].join("?");
  }
}
