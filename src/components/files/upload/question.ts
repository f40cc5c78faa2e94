import { type Cell, cell } from "#client/live/cell";
import type { TakenPlace } from "#contracts/transfer";
import type { Answers } from "./answers";

/** Something lies where files of an upload would go: what should happen? */
export type Question = {
  /** Names the question. */
  id: number;
  /** The folder that they go to. */
  to: string;
  taken: readonly TakenPlace[];
  /** Bytes of what would come, by path. */
  sizes: ReadonlyMap<string, number>;
  mayOverwrite: boolean;
  before: Answers;
  /** Null: they do not want it at all. */
  answer: (answers: Answers | null) => void;
};

/** What is to be asked, oldest first. */
export const questions: Cell<readonly Question[]> = cell<readonly Question[]>([]);

let asked = 0;

/** Asks, once all that was asked before is answered. `gone` takes the question back. */
export function askAbout(question: Omit<Question, "id" | "answer">, gone: AbortSignal): Promise<Answers | null> {
  return new Promise((done) => {
    const own: Question = {
      ...question,
      id: asked++,
      answer(answers) {
        questions.set(questions.get().filter((one) => one !== own));
        done(answers);
      },
    };
    questions.set([...questions.get(), own]);
    gone.addEventListener("abort", () => own.answer(null), { once: true });
  });
}
