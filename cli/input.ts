import { Failure } from "./failure";

/** All of standard input as text, without its last newline. Exit 2 when it is a terminal or empty. */
export async function readStdin(what: string): Promise<string> {
  if (process.stdin.isTTY) throw Failure.use(`Pipe ${what} into standard input.`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const text = Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
  if (!text) throw Failure.use(`Standard input was empty; ${what} was expected there.`);
  return text;
}
