import type { IncomingMessage, ServerResponse } from "node:http";
import { finished } from "node:stream";

/**
 * What is refused is often answered before all of it came. Its rest is let pass unread: left lying, nothing that follows on the connection
 * would be heard, and a connection that is closed meanwhile takes the answer along (a proxy in between then makes a 502 of it). So one that
 * was to be closed is closed for writing, and for reading once the rest is here. How long that may take is Node's requestTimeout.
 */
export function letRestPass(request: IncomingMessage, response: ServerResponse): void {
  // Who gives up reading takes it from the request.
  const { socket } = request;
  // Before Node's own listener, which closes the connection.
  response.prependOnceListener("finish", () => {
    if (request.complete) return;
    const closeSoon = socket.destroySoon;
    let isLast = false;
    socket.destroySoon = () => {
      isLast = true;
      socket.end();
    };
    finished(request, () => {
      socket.destroySoon = closeSoon;
      if (isLast) closeSoon.call(socket);
    });
    // Left by whoever gave up reading: as long as it listens, nothing flows.
    request.removeAllListeners("readable");
    request.resume();
  });
}
