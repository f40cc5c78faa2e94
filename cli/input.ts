import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { Failure } from "./failure";

/** All of standard input as text, without its last newline. Exit 2 when it is a terminal or empty. */
export async function readStdin(what: string): Promise<string> {
  const text = (await readBytes(what)).toString("utf8").replace(/\r?\n$/, "");
  if (!text) throw Failure.use(`Standard input was empty; ${what} was expected there.`);
  return text;
}

/** All of standard input. Exit 2 when it is a terminal. */
export async function readBytes(what: string): Promise<Buffer> {
  if (process.stdin.isTTY) throw Failure.use(`Pipe ${what} into standard input.`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Asks a question that is answered with yes or no; `otherwise` says what to do where nobody can be asked. */
export async function agree(question: string, otherwise: string): Promise<void> {
  if (!process.stdin.isTTY) throw Failure.use(otherwise);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question(`${question}? [y/N] `);
  asking.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure("cancelled", "Nothing was changed.", 1);
}

/** Asks on a terminal for what nobody may read along; what is typed is not shown. Empty where there is no terminal. */
export async function askHidden(question: string): Promise<string> {
  if (!process.stdin.isTTY) return "";
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const asking = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  process.stderr.write(`${question}: `);
  const broken = new AbortController();
  asking.once("SIGINT", () => broken.abort());
  try {
    return (await asking.question("", { signal: broken.signal })).trim();
  } catch {
    throw new Failure("cancelled", "Nothing was changed.", 1);
  } finally {
    asking.close();
    process.stderr.write("\n");
  }
}
