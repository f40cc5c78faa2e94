import { uniqueBytes } from "../measure/processes";
import { sleep } from "../measure/time";
import { createBotyard } from "../systems/botyard";
import { nodeChild } from "../workload/child";
import { appsOf, type Work } from "./scenario";

/** Bots that are Node programs, Botyard's under the worker as users run it: what is inside each of them beside itself. */
export const nodes =
  ({ count }: { count: number }) =>
  async ({ contestant, open, put }: Work): Promise<void> => {
    const { name } = contestant;
    const real =
      name === "botyard" || name === "isolated"
        ? (place: Parameters<typeof createBotyard>[0]) =>
            createBotyard(place, { isolated: name === "isolated", real: true })
        : contestant.create;
    const session = open(appsOf(count, nodeChild, "idle"), real);
    await session.system.boot(session.apps);
    await session.startedBy("start");
    await sleep(2_500);
    const children = session.children().map(({ pid }) => pid);
    put("node memory", uniqueBytes(children) / 1024 / 1024 / children.length);
  };
