import type { BotId } from "#contracts/bot";
import type { LogLine } from "#contracts/log";
import type { Secrets } from "../ports/index";
import { createMask, type Mask } from "./mask";

/** A mask that nobody asked for so long is forgotten, and the secrets in it, ms. */
const IDLE_MS = 60_000;

/** The masks of bots: made when a line of theirs is first wanted, made anew when their definition changed. */
export function openMasks(secretsOf: (botId: BotId) => Secrets | undefined) {
  const known = new Map<BotId, { revision: number; mask: Mask; used: number }>();
  const timer = setInterval(() => {
    for (const [botId, { used }] of known) if (performance.now() - used > IDLE_MS) known.delete(botId);
  }, IDLE_MS);
  timer.unref();

  function of(botId: BotId): Mask {
    const secrets = secretsOf(botId);
    const revision = secrets?.revision ?? -1;
    const made = known.get(botId);
    const mask = made?.revision === revision ? made.mask : createMask(secrets?.values() ?? []);
    known.set(botId, { revision, mask, used: performance.now() });
    return mask;
  }

  return {
    of,
    /** The lines as they may leave the worker. Their places stay those of the file. */
    lines(botId: BotId, lines: LogLine[]): LogLine[] {
      if (lines.length === 0) return lines;
      const mask = of(botId);
      return lines.map((line) => {
        if (line.stream === "system") return line;
        const text = mask(line.text, line.cut);
        return text === line.text ? line : { ...line, text };
      });
    },
    close() {
      clearInterval(timer);
      known.clear();
    },
  };
}
