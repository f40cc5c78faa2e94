import type { Socket } from "socket.io";
import type { Wire } from "./outbox";

/** Characters of lines that may be on their way to one viewer at once. */
const WINDOW = 128 * 1024;
/** A viewer that acknowledges nothing for so long does not acknowledge at all, and is no longer asked to, ms. */
const PATIENCE_MS = 2_000;

/**
 * How much a viewer can take. What this machine has sent may still wait in buffers on the way for seconds, with the pings behind it,
 * and a slow viewer would be taken for a dead one: so lines are acknowledged, and only a window of them is on its way.
 */
export function createWire(socket: Socket): Wire {
  let onTheWay = 0;
  /** When the oldest line without an answer was sent, as long as it is not known whether there will be any. */
  let waitingSince: number | undefined;
  let acknowledges: boolean | undefined;

  /** Whether to ask for acknowledgements; undecided counts as yes. */
  function asks(): boolean {
    if (waitingSince !== undefined && performance.now() - waitingSince > PATIENCE_MS) acknowledges = false;
    return acknowledges !== false;
  }

  return {
    emit(name, payload) {
      if (!("lines" in payload) || !asks()) return void socket.emit(name, payload);
      const size = payload.lines.reduce((sum, line) => sum + line.text.length + 120, 0);
      onTheWay += size;
      if (acknowledges === undefined) waitingSince ??= performance.now();
      socket.emit(name, payload, () => {
        acknowledges = true;
        waitingSince = undefined;
        onTheWay -= size;
      });
    },
    // Not writable: what was sent last is still in this machine, or (polling) nobody has asked yet.
    drained: () => socket.conn.transport.writable && (onTheWay < WINDOW || !asks()),
  };
}
