import { type IncomingMessage, Server } from "node:http";
import { FORWARDED_HEADERS, isTrustedProxy, PEER_HEADER, plainAddress } from "./address";

/**
 * Next fills X-Forwarded-For from the socket only where the client left it out, and hands routes no socket. So every
 * request and upgrade passes here first: the peer's address is written down from the socket, and what a stranger claims
 * to have forwarded is removed, for us as for Next and next-auth.
 */
export function markPeers(): void {
  const emit = Server.prototype.emit;
  if (Reflect.has(emit, marked)) return;
  function marking(this: Server, event: string | symbol, ...args: unknown[]): boolean {
    if (event === "request" || event === "upgrade") {
      const [request] = args;
      if (isRequest(request)) mark(request);
    }
    return Reflect.apply(emit, this, [event, ...args]);
  }
  Reflect.set(marking, marked, true);
  Server.prototype.emit = marking;
}

// `next dev` runs instrumentation again after a change.
const marked = Symbol.for("botyard.marked");

const isRequest = (value: unknown): value is IncomingMessage =>
  typeof value === "object" && value !== null && "headers" in value && "socket" in value;

/** Exported for its test. */
export function mark(request: IncomingMessage): void {
  const peer = plainAddress(request.socket.remoteAddress ?? "unknown");
  if (!isTrustedProxy(peer)) for (const name of FORWARDED_HEADERS) delete request.headers[name];
  request.headers[PEER_HEADER] = peer;
}
