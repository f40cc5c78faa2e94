import { allAlive, marksOf, type Stat } from "./proc";

/** Every living process at one moment, with its marks. */
export type Census = { at: number; procs: readonly Stat[]; marks(pid: number): readonly string[] };

/** One look at /proc for everybody who asks at about the same time: 300 bots must not each read 1,000 processes. */
export interface Counter {
  /**
   * A look that began after the call, or at most `maxAge` ms before it; all who ask in the same turn of the event loop
   * share it. For adopting and killing.
   */
  fresh(maxAge?: number): Promise<Census>;
  /** A look at most `maxAge` ms old, with marks from memory: a process that has just exec'd may show its old ones. */
  recent(maxAge: number): Census;
}

export function createCounter(): Counter {
  let last: Census | undefined;
  let exact: Census | undefined;
  let coming: Promise<Census> | undefined;
  let remembered = new Map<string, readonly string[]>();
  const key = ({ pid, start }: Stat) => `${pid}:${start}`;

  function look(useMemory: boolean): Census {
    const procs = allAlive();
    const marks = new Map<number, readonly string[]>();
    const now = new Map<string, readonly string[]>();
    for (const stat of procs) {
      const found = (useMemory && remembered.get(key(stat))) || marksOf(stat.pid);
      marks.set(stat.pid, found);
      now.set(key(stat), found);
    }
    remembered = now;
    last = { at: performance.now(), procs, marks: (pid) => marks.get(pid) ?? [] };
    return last;
  }

  return {
    fresh(maxAge = 0) {
      if (exact && performance.now() - exact.at < maxAge) return Promise.resolve(exact);
      coming ??= new Promise((settle, fail) => {
        setImmediate(() => {
          coming = undefined;
          try {
            exact = look(false);
            settle(exact);
          } catch (error) {
            fail(error);
          }
        });
      });
      return coming;
    },
    recent: (maxAge) => (last && performance.now() - last.at <= maxAge ? last : look(true)),
  };
}
