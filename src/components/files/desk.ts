import { client } from "#client/api";
import { readFailure } from "#client/failure";
import { type Cell, cell } from "#client/live/cell";
import { covered } from "#contracts/covered";
import type { FileContent } from "#contracts/files";
import { changed, type Doc, type Docs, docAt, moved, opened, removed } from "./docs";
import { Folders } from "./folders";
import { isWithin } from "./paths";
import { Searching } from "./search/searching";
import type { Problem } from "./toml";

/** The text of an open file while it is being edited. */
export type Draft = {
  /** What stands there now; `settle` makes it what counts as saved. */
  take(): { text: string; settle(): void };
  /** Puts another text there, as an edit that can be undone; `saved`: as one that counts as saved. */
  put(text: string, saved: boolean): void;
  dispose(): void;
};

/** A place in a text, counted from 1; `length` is what to select there, characters. */
export type Spot = { line: number; column?: number; length?: number };

/**
 * One bot's files as far as somebody works on them: the folders looked at, the files open and their changes. It outlives the page, so that
 * a look at the console costs no change; the browser asks before all of it is left.
 */
export class Desk {
  readonly docs: Cell<Docs> = cell<Docs>([]);
  readonly folders: Folders;
  /** Files with secrets that were uncovered. */
  readonly revealed: Cell<ReadonlySet<number>> = cell<ReadonlySet<number>>(new Set());
  /** What is wrong with texts that have to be of some form, as they stand in the editor. */
  readonly problems: Cell<ReadonlyMap<number, Problem>> = cell<ReadonlyMap<number, Problem>>(new Map());
  /** Folders open in the tree. */
  readonly open: Cell<ReadonlySet<string>> = cell<ReadonlySet<string>>(new Set());
  readonly searching: Searching;
  /** A place that somebody wants to see as soon as the editor shows its file. */
  readonly aim: Cell<(Spot & { path: string }) | null> = cell<(Spot & { path: string }) | null>(null);
  /** The warning of tokens in files was put off, until the panel is loaded anew. */
  readonly hushed: Cell<boolean> = cell<boolean>(false);
  /** Where its page was left. */
  place = "";
  readonly #drafts = new Map<number, Draft>();

  constructor(readonly botId: string) {
    this.folders = new Folders(({ descending, ...query }) =>
      client.files.list({ botId, ...query, descending: `${descending}` }),
    );
    this.searching = new Searching(botId);
    this.docs.subscribe(() => {
      const kept = new Set(this.docs.get().map(({ key }) => key));
      for (const [key, draft] of this.#drafts) {
        if (kept.has(key)) continue;
        draft.dispose();
        this.#drafts.delete(key);
      }
    });
  }

  show(path: string): void {
    this.docs.set(opened(this.docs.get(), path));
    const doc = docAt(this.docs.get(), path);
    if (doc && !doc.content && doc.failure === null) void this.read(doc.key);
  }

  /** Reads a file, again if need be. Changes made here stay. */
  async read(key: number): Promise<void> {
    const before = this.#doc(key);
    if (!before) return;
    try {
      const content = await client.files.read({ botId: this.botId, path: before.path });
      const doc = this.#doc(key);
      if (!doc || doc.dirty || doc.saving) return;
      // It was saved, moved or read meanwhile: this may be what was there before.
      if (doc.content !== before.content) return await this.read(key);
      this.#change(key, { content, failure: null });
      if (content.etag !== before.content?.etag) this.#renew(key, content);
    } catch (failure) {
      if (!this.#doc(key)?.dirty) this.#change(key, { failure });
    }
  }

  /**
   * Saves what stands in the editor. Answers false when the file is another by now: then its `clash` says what is there. `over`: even then.
   * `check`: refuse a text that is not of this form. Throws what `readFailure` reads.
   */
  async save(key: number, over = false, check?: "toml"): Promise<boolean> {
    const doc = this.#doc(key);
    const draft = this.#drafts.get(key);
    if (!doc?.content || !draft || doc.saving) return true;
    const { text, settle } = draft.take();
    this.#change(key, { saving: true });
    try {
      const known = over && doc.clash !== null ? (doc.clash === "gone" ? null : doc.clash.etag) : doc.content.etag;
      const content = await client.files.write({
        botId: this.botId,
        path: doc.path,
        text,
        etag: known,
        ...(check && { check }),
      });
      this.#change(key, { content: { ...content, text }, clash: null, failure: null });
      settle();
      return true;
    } catch (error) {
      const { code } = readFailure(error);
      if (code !== "file_changed" && code !== "file_missing" && code !== "file_exists") throw error;
      this.#change(key, { clash: await this.#nowAt(doc.path) });
      return false;
    } finally {
      this.#change(key, { saving: false });
    }
  }

  /** After a refused save: gives up what was written here for what is there. */
  takeOther(key: number): void {
    const doc = this.#doc(key);
    if (!doc || doc.clash === null || doc.clash === "gone") return;
    const content = doc.clash;
    this.#change(key, { content, clash: null });
    this.#renew(key, content);
  }

  /** After a refused save: back to what was written here, undecided. */
  lookAgain(key: number): void {
    this.#change(key, { clash: null });
  }

  close(key: number): void {
    this.docs.set(this.docs.get().filter((doc) => doc.key !== key));
  }

  moved(from: string, to: string): void {
    this.docs.set(moved(this.docs.get(), from, to));
  }

  /** Something was written over: what is open of it is read again. */
  replaced(path: string): void {
    for (const doc of this.docs.get()) if (isWithin(doc.path, path)) void this.read(doc.key);
  }

  removed(path: string): void {
    this.docs.set(removed(this.docs.get(), path));
  }

  draft(key: number): Draft | undefined {
    return this.#drafts.get(key);
  }

  attach(key: number, draft: Draft): void {
    this.#drafts.set(key, draft);
  }

  touched(key: number, dirty: boolean): void {
    if (this.#doc(key)?.dirty !== dirty) this.#change(key, { dirty });
  }

  /** Says what is wrong with a text now; null: nothing. */
  judged(key: number, problem: Problem | null): void {
    const problems = new Map(this.problems.get());
    if (problem) problems.set(key, problem);
    else if (!problems.delete(key)) return;
    this.problems.set(problems);
  }

  reveal(key: number): void {
    this.revealed.set(new Set(this.revealed.get()).add(key));
  }

  /** Whether a file's text is hidden until somebody wants to see it. */
  covers(doc: Doc): boolean {
    if (doc.content?.text == null || doc.dirty || this.revealed.get().has(doc.key)) return false;
    return covered(doc.path, doc.content.text) !== null;
  }

  toggle(folder: string, open = !this.open.get().has(folder)): void {
    const folders = new Set(this.open.get());
    if (open) folders.add(folder);
    else folders.delete(folder);
    this.open.set(folders);
  }

  async #nowAt(path: string): Promise<FileContent | "gone"> {
    try {
      return await client.files.read({ botId: this.botId, path });
    } catch (error) {
      if (readFailure(error).code === "file_missing") return "gone";
      throw error;
    }
  }

  // What is no text any more has no draft either.
  #renew(key: number, { text }: FileContent): void {
    const draft = this.#drafts.get(key);
    if (text !== null) draft?.put(text, true);
    else {
      draft?.dispose();
      this.#drafts.delete(key);
      this.touched(key, false);
    }
  }

  #doc(key: number): Doc | undefined {
    return this.docs.get().find((doc) => doc.key === key);
  }

  #change(key: number, what: Partial<Doc>): void {
    this.docs.set(changed(this.docs.get(), key, what));
  }
}

const desks = new Map<string, Desk>();

/** The desk of a bot; one as long as the panel is open. */
export function deskOf(botId: string): Desk {
  const there = desks.get(botId);
  if (there) return there;
  const desk = new Desk(botId);
  desks.set(botId, desk);
  desk.docs.subscribe(guard);
  return desk;
}

const stay = (event: BeforeUnloadEvent) => event.preventDefault();

// Only while there is something to lose: a page that listens for its end is not kept for the way back.
function guard(): void {
  const losing = [...desks.values()].some(({ docs }) => docs.get().some(({ dirty }) => dirty));
  if (losing) window.addEventListener("beforeunload", stay);
  else window.removeEventListener("beforeunload", stay);
}
