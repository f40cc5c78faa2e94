import { appendFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { BotDefinition, BotId } from "#contracts/bot";
import type { Deploy, DeployCause, DeployRequest } from "#contracts/deploy";
import { AppError } from "#contracts/errors";
import type { AllFiles } from "../files/index";
import type { Remote } from "../git/access";
import type { Supervisor } from "../ports/index";
import type { Clock } from "../supervisor/clock";
import { type Desk, wishedBranch } from "./desk";
import { make } from "./make";
import { asAppError, Cancelled, Closing } from "./making";
import { type Record, viewOf } from "./record";

/** What the line of a bot is told, and asks for. */
export type LinePorts = {
  supervisor: Pick<Supervisor, "rest" | "get" | "onChange">;
  files: Pick<AllFiles, "bot">;
  clock: Pick<Clock, "after">;
  /** As it is by now. AppError not_found, deploy_not_git. */
  definition(): Promise<BotDefinition>;
  /** A remote whose host was looked at just now. */
  remote(definition: BotDefinition): Promise<Remote>;
  changed(deploy: Deploy): void;
  grown(number: number, end: number): void;
  say(line: string): void;
};

/** A deploy that is under way or waits. */
type Active = { record: Record; stop: AbortController; ended: Promise<void> };

/** One bot's deploys: made one after another, and one call of git at a time. */
export type Line = ReturnType<typeof createLine>;

/** How often it is looked whether a log has grown, ms. */
const TICK_MS = 250;

/** The line of one bot; nothing is in it yet. */
export function createLine(botId: BotId, desk: Desk, ports: LinePorts) {
  const { shelf } = desk;
  let active: Active[] = [];
  let closed = false;
  let last: Promise<void> = Promise.resolve();
  let numbering: Promise<unknown> = Promise.resolve();
  let git: Promise<unknown> = Promise.resolve();
  const looking = new AbortController();

  function alone<T>(work: () => Promise<T>): Promise<T> {
    const done = git.then(work);
    git = done.catch(() => {});
    return done;
  }

  /** Puts a deploy at the end of the line; it is there when `written` says so. */
  async function enter(record: Record, write: () => Promise<void>): Promise<Deploy> {
    const one: Active = { record, stop: new AbortController(), ended: Promise.resolve() };
    active.push(one);
    // In the order in which they were asked for: each takes the next number.
    const written = numbering.then(write);
    numbering = written.catch(() => {});
    one.ended = last
      .then(() => written)
      .then(
        () => run(one),
        () => {},
      );
    last = one.ended;
    try {
      await written;
    } catch (error) {
      leave(one);
      throw asAppError(error, shelf.base);
    }
    ports.changed(viewOf(record, true));
    return viewOf(record, true);
  }

  const leave = (one: Active) => {
    active = active.filter((other) => other !== one);
  };

  /** Never rejects. */
  async function run(one: Active): Promise<void> {
    const { record, stop } = one;
    // Cancelled while it waited, or it waits on for the next worker.
    if (record.endedAt !== undefined || closed) return;
    const { number } = record;
    const log = shelf.logOf(number);
    const change = async (news: Partial<Record>, lasting?: "power" | "worker") => {
      if (closed) throw new Closing();
      await shelf.put({ ...record, ...news }, lasting);
      Object.assign(record, news);
      ports.changed(viewOf(record, record.status.state === "running"));
    };
    let end = 0;
    const tick = async () => {
      const size = (await stat(log).catch(() => undefined))?.size ?? 0;
      if (size === end) return;
      end = size;
      ports.grown(number, end);
    };
    const ticking = setInterval(() => void tick(), TICK_MS);
    try {
      // What was set since it was asked for counts.
      const definition = await ports.definition();
      await make({
        botId,
        definition,
        desk,
        files: await ports.files.bot(botId),
        supervisor: ports.supervisor,
        remote: () => ports.remote(definition),
        record,
        clock: ports.clock,
        signal: stop.signal,
        change,
        alone,
        // Ours as well as what is installed and built lie there as they were said: masked is what leaves.
        say: (text) => write(log, text),
        complain: ports.say,
      });
    } catch (error) {
      if (error instanceof Closing) await putOff(record);
      else {
        if (!(error instanceof AppError))
          ports.say(`bot ${botId}: deploy ${number}: ${error instanceof Error ? error.stack : String(error)}`);
        const { code, values, message } = asAppError(error, shelf.base);
        Object.assign(record, { status: { state: "failed", code, values, message }, endedAt: Date.now() });
        // On a disk that takes nothing it is told as interrupted, until the next worker has looked.
        await shelf.put(record).catch(() => {});
      }
    } finally {
      clearInterval(ticking);
      await tick();
      leave(one);
      ports.changed(viewOf(record, false));
    }
  }

  /** Nothing was touched: the next worker makes it. What it was killed in is not begun again, lest it is what killed it. */
  async function putOff(record: Record): Promise<void> {
    if (!isUntouched(record)) return;
    await shelf.tidy(record.number);
    await shelf.put({ ...record, from: null, to: null, status: { state: "running", step: "queued" } }, "worker");
  }

  async function stopAll(why: Error): Promise<void> {
    for (const { stop } of active) stop.abort(why);
    await Promise.all(active.map(({ ended }) => ended));
  }

  return {
    desk,
    /** Does something with git when nobody else does. */
    alone,
    /** Aborted when nobody is to look at its repository any more. */
    looking: looking.signal,
    find: (number: number) => active.find(({ record }) => record.number === number)?.record,
    /** The deploy that is under way, if one is; one that has ended is in the line for a moment longer. */
    running: () => active.find(({ record }) => record.endedAt === undefined)?.record.number,
    /** Settles once it is written down; it is made when it is its turn. AppError deploy_busy, worker_away, disk_unwritable. */
    async begin(definition: BotDefinition, request: DeployRequest, cause: DeployCause): Promise<Deploy> {
      // Nobody would make it: who asks again asks the next worker.
      if (closed) throw new AppError("worker_away");
      // One is made and one waits: a third would do nothing that the second does not.
      if (active.length > 1) throw new AppError("deploy_busy");
      const record: Record = {
        botId,
        number: 0,
        cause,
        branch: wishedBranch(definition) ?? "",
        from: null,
        to: null,
        startedAt: Date.now(),
        status: { state: "running", step: "queued" },
        request,
      };
      return enter(record, async () => {
        record.number = await shelf.next();
        await shelf.put(record);
      });
    },
    /** Takes up what waited when an earlier worker ended. */
    resume: (record: Record) => enter(record, async () => {}),
    /** Settles when it has ended. */
    async cancel(number: number): Promise<void> {
      const one = active.find(({ record }) => record.number === number);
      if (!one) return;
      one.stop.abort(new Cancelled());
      if (one === active[0]) return one.ended;
      // It waits, and nothing of it was begun.
      leave(one);
      Object.assign(one.record, { status: { state: "cancelled" }, endedAt: Date.now() });
      await shelf.put(one.record);
      ports.changed(viewOf(one.record, false));
    },
    /** Ends all of it; the bot is about to be removed. */
    async forget(): Promise<void> {
      looking.abort(new Cancelled());
      await stopAll(new Cancelled());
      await git;
    },
    /** What is half is put back by the next worker, and a bot must not hold up this one's end: only what touched nothing yet is waited for. */
    async close(): Promise<void> {
      closed = true;
      looking.abort(new Closing());
      const untouched = active.filter(({ record }) => isUntouched(record));
      for (const { stop } of active) stop.abort(new Closing());
      const [first] = untouched;
      if (first !== undefined && first === active[0]) await first.ended;
      await numbering;
    },
  };
}

const isUntouched = ({ status }: Record): boolean =>
  status.state === "running" && ["queued", "fetch", "compare"].includes(status.step);

/** A full disk keeps no log, and must not keep files from being put back. */
function write(log: string, text: string): void {
  try {
    appendFileSync(log, `${text}\n`, { mode: 0o600 });
  } catch {
    // What it came to stands in its record.
  }
}
