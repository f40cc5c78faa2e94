import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { Failure } from "./failure";
import { plain } from "./output";

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
  if (!/^y(es)?$/i.test(await ask(`${question}? [y/N] `))) throw cancelled();
}

/** Asks for the name of what will be gone. */
export async function agreeByName(question: string, name: string, otherwise: string): Promise<void> {
  if (!process.stdin.isTTY) throw Failure.use(otherwise);
  if ((await ask(`${question} Type its name to go on: `)) !== name)
    throw Failure.use("The name does not match. Nothing was changed.");
}

/** Asks on a terminal for what nobody may read along; what is typed is not shown. Empty where there is no terminal. */
export async function askHidden(question: string): Promise<string> {
  if (!process.stdin.isTTY) return "";
  try {
    return await ask(`${question}: `, true);
  } finally {
    process.stderr.write("\n");
  }
}

const cancelled = () => new Failure("cancelled", "Nothing was changed.", 1);

/** Whoever ends it instead, by Ctrl-C or Ctrl-D, has said no. */
async function ask(question: string, isHidden = false): Promise<string> {
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  if (isHidden) process.stderr.write(plain(question));
  const asking = createInterface({ input: process.stdin, output: isHidden ? nowhere : process.stderr, terminal: true });
  const ended = new AbortController();
  asking.once("SIGINT", () => ended.abort()).once("close", () => ended.abort());
  try {
    return (await asking.question(isHidden ? "" : plain(question), { signal: ended.signal })).trim();
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    throw cancelled();
  } finally {
    asking.close();
  }
}
