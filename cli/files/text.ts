import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { EDIT_BYTES, type FileContent } from "#contracts/files";
import type { Client } from "../client";
import { Failure } from "../failure";
import { readBytes } from "../input";
import { isFailure, pathOf } from "./paths";

/** The text of a file on this machine, `-` for standard input. Exit 2 when it cannot be read, 1 when it is no text or too large. */
export async function readLocal(file: string): Promise<string> {
  const bytes = file === "-" ? await readBytes("the text") : await readBounded(file);
  if (bytes.length > EDIT_BYTES) throw tooLarge(file);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {}
  throw Failure.of("file_not_text", `${file} is no text in UTF-8.`);
}

async function readBounded(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw Failure.use(`There is no readable file ${file}.`);
  if (found.size > EDIT_BYTES) throw tooLarge(file);
  return readFile(file).catch(() => {
    throw Failure.use(`There is no readable file ${file}.`);
  });
}

const tooLarge = (file: string) =>
  Failure.of("file_not_text", `${file} has more than ${EDIT_BYTES / 1024 / 1024} MB, the most that is put as text.`);

/**
 * Saves a text at a path, or in the folder of that path under its own name: over the content of `etag`, else over what is there now.
 * Failure file_changed when somebody else saves it meanwhile.
 */
export async function putText(client: Client, botId: string, put: Put): Promise<FileContent> {
  const { file, word } = put;
  const asked = pathOf(word);
  const inFolder = () => {
    if (file === "-") throw Failure.use(`“${word}” is a folder: name the file.`);
    return [asked, basename(file)].filter(Boolean).join("/");
  };
  if (asked === "" || word.endsWith("/")) return save(client, botId, inFolder(), put);
  try {
    return await save(client, botId, asked, put);
  } catch (error) {
    if (!isFailure(error, "file_is_folder")) throw error;
    return save(client, botId, inFolder(), put);
  }
}

type Put = { file: string; word: string; text: string; etag?: string };

const save = async (client: Client, botId: string, path: string, { text, etag }: Put): Promise<FileContent> =>
  client.files.write({ botId, path, text, etag: etag ?? (await etagOf(client, botId, path)) });

async function etagOf(client: Client, botId: string, path: string): Promise<string | null> {
  try {
    return (await client.files.read({ botId, path })).etag;
  } catch (error) {
    if (isFailure(error, "file_missing")) return null;
    throw error;
  }
}
