import { join } from "node:path";
import type { HomePaths } from "#contracts/home";
import { type Health, health } from "#contracts/host";
import { until } from "./alive";
import { lastLines } from "./last-lines";
import { Refusal } from "./refusal";

const WITHIN_SECONDS = 60;

/** The address of the web as seen from this machine. */
export function localUrl({ host, port }: { host: string; port: number }): string {
  const reached = host === "0.0.0.0" || host === "" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}

/** One look takes no longer than this, ms. */
const LOOK_MS = 5_000;

/** By a timer of our own: a signal of AbortSignal.timeout can be collected before it fires, and then a fetch is waited for without end. */
async function look(url: string): Promise<Health | undefined> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((over) => {
    timer = setTimeout(() => {
      over(undefined);
      stop.abort();
    }, LOOK_MS);
  });
  const answer = async () => health.parse(await (await fetch(`${url}/api/health`, { signal: stop.signal })).json());
  try {
    return await Promise.race([answer(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until web, worker and database are well; gives up early when told. Refusal not_healthy names the part. */
export async function waitUntilWell(url: string, paths: HomePaths, isOver: () => boolean): Promise<void> {
  let seen: Health | undefined;
  const well = await until(
    async () => {
      if (isOver()) return true;
      seen = await look(url);
      return seen?.status === "ok";
    },
    WITHIN_SECONDS * 1_000,
    150,
  );
  if (well) return;
  const part = seen === undefined || !seen.web ? "web" : !seen.worker ? "worker" : "database";
  const log = join(paths.logs, `${part === "database" ? "postgres" : part}.log`);
  // A program that fails again and again says the same again and again.
  const said = [...new Set(lastLines(log, 5))];
  throw new Refusal("not_healthy", {
    part,
    seconds: WITHIN_SECONDS,
    detail: said.length ? `it last said: ${said.join(" / ")}` : "it said nothing",
    log,
  });
}
