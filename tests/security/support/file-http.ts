import { serveApi } from "../../../src/server/api";
import { HOST, idOf } from "../../../src/server/testing/panel";
import type { FileClient, Outcome } from "./file-threats";
import type { FilesWorld } from "./files-world";

type Ask = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown; text: string }>;

/** Files over the HTTP API: each operation that takes a path, with it in each of its places. `url`: of a file that may be fetched. */
export function httpClient({ panel, owner, botId }: FilesWorld, url: string): FileClient {
  const ask: Ask = (method, path, body) => panel.ask(owner.asker, method, `/v1/bots/${botId}${path}`, body);
  const query = (values: Record<string, string>) => `?${new URLSearchParams(values)}`;

  const done = async (asked: ReturnType<Ask>): Promise<Outcome> => {
    const { status, text } = await asked;
    return { done: status < 300, said: text };
  };
  /** As `done`, for answers that may be empty: to have found nothing is to have done nothing. */
  const found = async (asked: ReturnType<Ask>, key: string): Promise<Outcome> => {
    const { status, body, text } = await asked;
    const all: unknown = Object(body)[key];
    return { done: status < 300 && Array.isArray(all) && all.length > 0, said: text };
  };
  /** As `done`, for things that are done each for itself. */
  const each = async (asked: ReturnType<Ask>): Promise<Outcome> => {
    const { status, text } = await asked;
    return { done: status < 300 && text.includes('"outcome":"done"'), said: text };
  };
  /** A transfer, to its end. */
  const transfer = async (asked: ReturnType<Ask>): Promise<Outcome> => {
    let answer = await asked;
    let said = answer.text;
    while (answer.status < 300 && Object(Object(answer.body).status).state === "working") {
      answer = await ask("GET", `/transfers/${idOf(answer.body)}`);
      said += answer.text;
    }
    return { done: Object(Object(answer.body).status).placed > 0, said };
  };
  const upload = async (to: string, path: string): Promise<Outcome> => {
    const announced = await ask("POST", "/uploads", { to, files: [{ path, size: 0 }] });
    if (announced.status >= 300) return { done: false, said: announced.text };
    const ended = await transfer(ask("POST", `/uploads/${idOf(announced.body)}/finish`, {}));
    return { ...ended, said: announced.text + ended.said };
  };
  /** What is answered with bytes. */
  const bytes = async (path: string): Promise<Outcome> => {
    const headers = { host: HOST, "x-botyard-peer": "192.0.2.1", ...owner.asker };
    const answer = await serveApi(new Request(`http://${HOST}/api/v1/bots/${botId}/files/${path}`, { headers }));
    const said = Buffer.from(await answer.arrayBuffer()).toString("latin1");
    return { done: answer.status < 300, said };
  };
  const move = (from: string, to: string, more: object = {}) =>
    each(ask("POST", "/files/move", { from: [from], to, ...more }));

  return {
    list: (path) => done(ask("GET", `/files${query({ path })}`)),
    read: (path) => done(ask("GET", `/files/content${query({ path })}`)),
    write: (path) => done(ask("PUT", "/files/content", { path, text: "evil" })),
    "see history": (path) => found(ask("GET", `/files/history${query({ path })}`), "versions"),
    "write new": (path) => done(ask("PUT", "/files/content", { path, text: "evil", etag: null })),
    "make a folder": (path) => done(ask("POST", "/files/folder", { path })),
    "move from": (path) => move(path, "src"),
    "move to": (path) => move("index.js", path),
    "rename to": (path) => move("index.js", "", { name: path }),
    "copy from": (path) => move(path, "src", { copy: true }),
    "copy to": (path) => move("index.js", path, { copy: true, conflict: "overwrite" }),
    delete: (path) => each(ask("POST", "/files/delete", { paths: [path] })),
    "change bits": (path) => done(ask("POST", "/files/mode", { path, mode: 0o777 })),
    "search in": (path) => found(ask("GET", `/files/search${query({ path, text: "e" })}`), "files"),
    "find in": (path) => found(ask("GET", `/files/find${query({ path, text: "e" })}`), "names"),
    download: (path) => bytes(`download${query({ path })}`),
    archive: (path) => bytes(`archive${query({ folder: path })}`),
    "archive it": (path) => bytes(`archive${query({ names: path })}`),
    pack: (path) => transfer(ask("POST", "/files/pack", packed({ folder: path }))),
    "pack it": (path) => transfer(ask("POST", "/files/pack", packed({ names: [path] }))),
    "pack as": (path) => transfer(ask("POST", "/files/pack", { ...packed({ folder: "src" }), path })),
    "look into": (path) => done(ask("GET", `/files/extract${query({ path })}`)),
    "look what would be in": (path) => done(ask("GET", `/files/extract${query({ path: GOOD, to: path })}`)),
    extract: (path) => transfer(ask("POST", "/files/extract", { path, to: "src" })),
    "extract into": (path) => transfer(ask("POST", "/files/extract", { path: GOOD, to: path })),
    "upload into": (path) => upload(path, "new"),
    "upload as": (path) => upload("", path),
    "fetch into": (path) => transfer(ask("POST", "/files/pull", { url, to: path })),
    "fetch as": (path) => transfer(ask("POST", "/files/pull", { url, name: path, conflict: "keepBoth" })),
  };
}

/** An archive that the world plants. */
const GOOD = "good.zip";
const packed = (selection: object) => ({ selection, format: "zip", path: "packed.zip" });

/** Paths on honest ground at which each of them is done. */
export const honestPath = (operation: string): string => HONEST[operation] ?? "index.js";
const inFolder = ["list", "move to", "copy to", "search in", "find in", "archive", "pack", "look what would be in"];
const HONEST: Readonly<Record<string, string>> = {
  ...Object.fromEntries(inFolder.map((operation) => [operation, "src"])),
  ...Object.fromEntries(["write new", "make a folder", "pack as", "upload as"].map((one) => [one, "src/new"])),
  ...Object.fromEntries(["extract into", "upload into", "fetch into"].map((one) => [one, "src/new"])),
  ...Object.fromEntries(["look into", "extract"].map((one) => [one, GOOD])),
  "rename to": "new",
  "fetch as": "new",
};
