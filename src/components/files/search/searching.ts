import { client } from "#client/api";
import { type Cell, cell } from "#client/live/cell";
import { turns } from "../turns";
import { askFor, type FileHunt, type HuntWords, huntOn, newHunt, noWords, takeHits } from "./hunt";

/** Lines asked for at once. */
const LINES = 500;

/** The search in one bot's files. It goes on while its page shows something else, and its hits stay until it is asked anew. */
export class Searching {
  /** Its panel is open. */
  readonly open: Cell<boolean> = cell(false);
  /** As they were typed last. */
  readonly words: Cell<HuntWords> = cell(noWords);
  readonly hunt: Cell<FileHunt | null> = cell<FileHunt | null>(null);
  /** Files whose lines are folded away. */
  readonly folded: Cell<ReadonlySet<string>> = cell<ReadonlySet<string>>(new Set());
  #stop = new AbortController();

  constructor(readonly botId: string) {}

  /** Looks anew; an empty text only ends what was there. */
  start(words: HuntWords): void {
    this.#stop.abort();
    this.folded.set(new Set());
    this.hunt.set(words.text === "" ? null : newHunt(words));
    void this.#pursue();
  }

  cancel(): void {
    this.#stop.abort();
    const hunt = this.hunt.get();
    if (hunt?.state === "hunting") this.hunt.set({ ...hunt, state: "cancelled" });
  }

  goOn(): void {
    const hunt = this.hunt.get();
    if (!hunt || hunt.state === "hunting") return;
    this.hunt.set(huntOn(hunt));
    void this.#pursue();
  }

  fold(path: string, fold = !this.folded.get().has(path)): void {
    const folded = new Set(this.folded.get());
    if (fold) folded.add(path);
    else folded.delete(path);
    this.folded.set(folded);
  }

  async #pursue(): Promise<void> {
    let hunt = this.hunt.get();
    if (hunt?.state !== "hunting") return;
    const stop = new AbortController();
    this.#stop = stop;
    const { regex, exact, everywhere, ...rest } = askFor(hunt.words);
    const flags = { regex: `${regex}`, exact: `${exact}`, everywhere: `${everywhere}` };
    const ask = (place: { from?: string }) =>
      client.files.search({ botId: this.botId, ...rest, ...flags, limit: LINES, ...place });
    try {
      for await (const answer of turns(ask, stop.signal, hunt.next)) {
        hunt = takeHits(hunt, answer);
        this.hunt.set(hunt);
        if (hunt.state !== "hunting") return;
      }
    } catch (failure) {
      if (!stop.signal.aborted) this.hunt.set({ ...hunt, state: "broken", failure });
    }
  }
}
