import { client } from "#client/api";
import { chooseFiles, type Picked } from "#client/dropped";
import { FailureError, failureOf } from "#client/failure";
import type { TakenPlace, UploadView } from "#contracts/transfer";
import { type DockPhase, type DockRow, dock } from "../dock/dock";
import { nameOf } from "../paths";
import { type Answers, choiceOf, skippedOf, toAsk, unanswered } from "./answers";
import { checksumsOf } from "./checksum";
import { createCourse, Ended } from "./course";
import { finishPart, takenOf } from "./finish";
import { matched, topOf } from "./match";
import { createRate, FIRST_PIECE } from "./pace";
import { newPart, type Pace, type Part, partOf, type Sending, sendPart } from "./part";
import { inParts } from "./parts";
import { askAbout } from "./question";
import { actsIn, doneOf, shownPhase } from "./row";

/*
 *   choose ─▶ preparing: checksums, what is in the way ─▶ asking ─▶ announce all parts ─▶ send ─▶ finish each ─▶ done
 *                                                       page loaded anew: waiting for the files ──┘ ▲
 */

/** Parts of one upload at most: the worker holds ten transfers of a bot at once. */
const MOST_PARTS = 8;
/** The bar moves no more often than this, ms. */
const SHOW_MS = 150;

/** Where an upload goes, and what it may. */
export type Goal = { botId: string; to: string; mayOverwrite: boolean };

/** Hears when the files have their names. */
type OnPlaced = (paths: readonly string[]) => void;

let count = 0;

/** One thing a person uploads, in as many parts as the API needs for it; a row of the dock as long as it lasts. */
export class Upload {
  readonly #key = `upload/${count++}`;
  readonly #course = createCourse(() => {
    this.#rate.reset();
    this.#show();
  });
  readonly #gone = new AbortController();
  readonly #rate = createRate();
  readonly #pace: Pace = { piece: FIRST_PIECE };
  #parts: Part[] = [];
  #answers: Answers = unanswered;
  #skipped = 0;
  #phase: DockPhase = { is: "preparing" };
  #filesCame = () => {};
  #again: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly goal: Goal,
    private name: string,
    private readonly onPlaced: OnPlaced,
  ) {}

  /** The transfers that it consists of. */
  get ids(): string[] {
    return this.#parts.flatMap(({ id }) => id ?? []);
  }

  /** Those of them whose files this page has. */
  get sending(): string[] {
    return this.#phase.is === "waiting" ? [] : this.ids;
  }

  /** Uploads what was picked. */
  start(picking: Picked | Promise<Picked>): void {
    this.#again = () => new Upload(this.goal, this.name, this.onPlaced).start(picking);
    void this.#live(async () => {
      const picked = await picking;
      this.name ||=
        topOf(picked.files.map(({ path }) => path)) ?? picked.files[0]?.file.name ?? nameOf(picked.folders[0] ?? "");
      await this.#announce(picked);
    });
  }

  /** Goes on with what was begun before the page was loaded anew, once the files are chosen again. */
  goOn(views: readonly UploadView[]): void {
    this.#parts = views.map(partOf);
    void this.#live(() => this.#waitForFiles());
  }

  /** The browser is online again. */
  wake(): void {
    this.#course.wake();
  }

  async #live(begin: () => Promise<void>): Promise<void> {
    this.#show();
    try {
      await begin();
      for (const part of this.#parts) {
        if (part.id === null) continue;
        this.#enter({ is: "moving" });
        const on = { botId: this.goal.botId, transferId: part.id };
        await sendPart(on, part.files, this.#course, this.#pace, () => this.#showSoon());
        await this.#finish(part, part.id);
      }
      this.#done();
    } catch (failure) {
      if (failure instanceof Ended) return;
      this.#end();
      this.#enter({ is: "failed", failure });
    }
  }

  async #announce({ files, folders }: Picked): Promise<void> {
    const all = inParts([...files, ...folders.map((path) => ({ path, file: null }))]);
    if (all.length > MOST_PARTS) throw new FailureError(failureOf("upload_too_many", { count: files.length }));
    const taken = (
      await Promise.all(all.map((part) => takenOf(this.goal, files.length === 0 ? [] : part, this.#course)))
    ).flat();
    await this.#ask(taken, new Map(files.map(({ path, file }) => [path, file.size])));
    const skipped = skippedOf(this.#answers, taken);
    this.#skipped = skipped.size;
    const kept = files.filter(({ path }) => !skipped.has(path));
    const sums = await checksumsOf(kept, this.#gone.signal);
    if (this.#gone.signal.aborted) throw new Ended();
    this.#parts = all.map((part) => newPart(part, skipped, sums));
    const { botId, to } = this.goal;
    for (const part of this.#parts) {
      if (part.files.length + part.folders.length === 0) continue;
      const announced = part.files.map(({ path, size, sha256 }) => ({ path, size, sha256 }));
      // What is in the way is decided at the end; until then nothing is lost whatever comes.
      const request = { botId, to, files: announced, folders: part.folders, conflict: "keepBoth" as const };
      // Never broken off: an announcement of which nobody knows would take the bot's room for a day.
      await this.#course.ask(async () => {
        part.id = (await client.transfers.upload(request)).id;
        if (this.#gone.signal.aborted) this.#giveUp(part);
      });
    }
  }

  /** Asks about what is in the way, as far as nothing was said of it. Throws Ended when it is not wanted at all. */
  async #ask(taken: readonly TakenPlace[], sizes: ReadonlyMap<string, number>): Promise<void> {
    if (toAsk(this.#answers, taken).length === 0) return;
    this.#enter({ is: "asking" });
    const { to, mayOverwrite } = this.goal;
    const answers = await askAbout({ to, taken, sizes, mayOverwrite, before: this.#answers }, this.#gone.signal);
    if (!answers) {
      this.#cancel();
      throw new Ended();
    }
    this.#answers = answers;
    this.#enter({ is: "preparing" });
  }

  async #waitForFiles(): Promise<void> {
    let note: "none" | "some" | undefined;
    for (let before = Number.NaN; ; ) {
      const missing = this.#all().filter(({ file, received, size }) => !file && received < size).length;
      if (missing === 0) return;
      if (!Number.isNaN(before)) note = missing === before ? "none" : "some";
      before = missing;
      this.#enter({ is: "waiting", missing, note });
      await new Promise<void>((go) => {
        this.#filesCame = go;
      });
      if (this.#gone.signal.aborted) throw new Ended();
    }
  }

  async #choose(): Promise<void> {
    const inFolders = topOf(this.#all().map(({ path }) => path)) !== null;
    const { files } = await chooseFiles(inFolders ? "folder" : "files");
    if (files.length === 0) return;
    for (const part of this.#parts) {
      for (const [at, file] of matched(part.files, files)) {
        const sending = part.files[at];
        if (sending) sending.file = file;
      }
    }
    this.#filesCame();
  }

  async #finish(part: Part, transferId: string): Promise<void> {
    this.#enter({ is: "working" });
    const askAgain = async () => {
      const taken = await takenOf(
        this.goal,
        part.files.map(({ path }) => ({ path })),
        this.#course,
      );
      await this.#ask(taken, new Map(part.files.map(({ path, size }) => [path, size])));
      this.#enter({ is: "working" });
    };
    const on = { botId: this.goal.botId, transferId };
    part.end = await finishPart(on, this.#course, () => choiceOf(this.#answers), askAgain);
  }

  #done(): void {
    this.#end();
    this.#enter(doneOf(this.#parts, this.#skipped));
  }

  /** Nothing more is asked; what is left of it on the server is given up, and what got its name is shown. */
  #end(): void {
    clearTimeout(this.#timer);
    this.#gone.abort();
    this.#course.end();
    this.#filesCame();
    for (const part of this.#parts) this.#giveUp(part);
    const placed = this.#parts.flatMap(({ end, files }) => (end ? files.map(({ path }) => path) : []));
    this.onPlaced(placed);
  }

  #giveUp({ id, end }: Part): void {
    if (id === null || end) return;
    void client.transfers.cancel({ botId: this.goal.botId, transferId: id }).catch(() => undefined);
  }

  #cancel(): void {
    this.#end();
    dock.remove(this.#key);
  }

  #all = (): Sending[] => this.#parts.flatMap(({ files }) => files);

  #enter(phase: DockPhase): void {
    this.#phase = phase;
    this.#show();
  }

  #showSoon(): void {
    this.#timer ??= setTimeout(() => this.#show(), SHOW_MS);
  }

  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const files = this.#all();
    const done = files.reduce((sum, { received }) => sum + received, 0);
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const phase = shownPhase(this.#phase, this.#course.standing());
    if (phase.is === "moving") this.#rate.note(performance.now(), done);
    const { botId, to } = this.goal;
    const rate = phase.is === "moving" ? this.#rate.get() : null;
    const row = { key: this.#key, botId, kind: "upload" as const, name: this.name, files: files.length, to };
    dock.put({ ...row, phase, done, total, rate, acts: this.#acts(phase) });
  }

  #acts(phase: DockPhase): DockRow["acts"] {
    const again = this.#again;
    const dismiss = () => dock.remove(this.#key);
    const retry = () => {
      dismiss();
      again?.();
    };
    return actsIn(phase, {
      dismiss,
      retry: again && retry,
      cancel: () => this.#cancel(),
      choose: () => void this.#choose(),
      pause: () => this.#course.pause(),
      resume: () => this.#course.resume(),
    });
  }
}
