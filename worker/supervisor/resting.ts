import type { Made, Resting } from "../ports/index";
import { type Life, rest } from "./life";
import { build, install } from "./prepare";
import { endLive } from "./settling";
import { start } from "./starting";
import type { Turn } from "./turns";

/** What is installed and built while a bot rests belongs to no run. */
const NO_RUN = 0;

/**
 * Job: ends the bot, and lets `work` have its files while nothing starts it; then starts it, if it is wanted by then. What people ask
 * meanwhile waits behind, and its wish counts.
 */
export async function whileAtRest<T>(life: Life, work: (resting: Resting) => Promise<T>): Promise<T> {
  const { diary, machine, ports, shelf } = life;
  const ran = life.live !== undefined;
  const unhold = ran ? life.hold() : undefined;
  life.unhold = unhold ?? life.unhold;
  let own: Turn | undefined;
  try {
    await endLive(life);
    if (diary.wanted === "up") {
      machine.enter("resting", { state: "preparing", since: ports.clock.now(), step: "deploy" });
    } else rest(life, "resting");
    const common = { shelf, run: async () => NO_RUN };
    // Who changes its packages one by one ends first, or waits until what is installed here is whole.
    own = await life.packages.take({ first: true, signal: life.gone.signal });
    return await work({
      ran,
      install: async ({ logFile, signal }) => {
        const { definition } = life;
        const folders = shelf.folders(definition);
        const refused = await install(
          ports,
          {
            ...common,
            definition,
            signal,
            logFile,
            byPerson: true,
            async installing(status) {
              if (life.closed) return;
              await diary.remember({ install: status, installing: status.state === "running" });
            },
          },
          ports.drivers[definition.runtime],
          folders,
        );
        return madeOf(refused);
      },
      build: ({ logFile, signal }) => build(ports, { ...common, definition: life.definition, signal, logFile }),
      rebuild: (due) => shelf.putRebuild(due),
    });
  } finally {
    own?.back();
    if (!life.closed) {
      if (diary.wanted === "up") await start(life, "restart");
      else rest(life, "rested");
    }
    unhold?.();
  }
}

function madeOf(refused: Awaited<ReturnType<typeof install>>): Made {
  if (!refused || refused.kind === "ready") return { ok: true };
  if (refused.kind === "cancelled") return { ok: false, cancelled: true, last: "" };
  return { ok: false, cancelled: false, last: String(refused.reason.values.last ?? refused.reason.code) };
}
