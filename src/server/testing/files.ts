import type { AppError } from "#contracts/errors";
import type { FileContent, FileMove, FileResult, FileWrite } from "#contracts/files";
import type { RpcName } from "#contracts/rpc";

const contentOf = (path: string, text: string): FileContent => ({
  path,
  size: Buffer.byteLength(text),
  changedAt: 1,
  mode: 0o644,
  etag: "e1",
  text,
});

const passedOver = { large: 0, binary: 0, unreadable: 0 };

/** What the worker that does nothing answers about files: that it was done, but for the paths it is told to refuse or skip. */
export function fileAnswers(refused: ReadonlyMap<string, AppError | "skip">) {
  const resultOf = (from: string, path: string): FileResult => {
    const refusal = refused.get(from);
    if (refusal === undefined) return { from, path, outcome: "done" };
    if (refusal === "skip") return { from, path, outcome: "skipped" };
    return { from, outcome: "failed", code: refusal.code, values: { ...refusal.values } };
  };
  return {
    "files.list": ({ query }: { query: { path: string } }) => ({ path: query.path, entries: [], total: 0, etag: "e0" }),
    "files.read": ({ path }: { path: string }) => contentOf(path, "text"),
    "files.write": ({ write }: { write: FileWrite }) => contentOf(write.path, write.text),
    "files.makeFolder": () => ({}),
    "files.move": ({ move: { from, to, name } }: { move: FileMove }) => ({
      results: from.map((path) => resultOf(path, [to, name ?? path.split("/").at(-1)].filter(Boolean).join("/"))),
    }),
    "files.remove": ({ paths }: { paths: string[] }) => ({ results: paths.map((path) => resultOf(path, path)) }),
    "files.setMode": () => ({}),
    "files.usage": () => ({ bytes: 1, files: 1, maxBytes: 0, maxFiles: 200_000 }),
    "files.trash": () => ({ entries: [] }),
    "files.restore": () => ({ path: "back/where.it.lay" }),
    "files.purge": () => ({}),
    "files.history": () => ({ versions: [] }),
    "files.version": () => ({ text: "earlier" }),
    "files.search": () => ({ files: [], next: null, looked: 1, passedOver }),
    "files.find": () => ({ names: [], matched: 0, next: null, looked: 1 }),
    "files.tokens": () => ({ files: [], next: null, looked: 1, passedOver }),
  } satisfies { [Name in RpcName]?: (input: never) => unknown };
}
