import type { Allow } from "./changes";
import type { Handles, Reached } from "./handles";
import type { Tally } from "./tally";
import type { Fields } from "./wire";
import { packet, Status, Type } from "./wire";

/** What requests of one channel are answered from. */
export type Desk = {
  /** The files of the bot, asked for each time: it may be gone. AppError not_found. */
  files: () => Promise<Reached>;
  handles: Handles;
  allow: Allow;
  tally: Tally;
};

/** Answers one request. `about` is told what it names, for the words of a refusal, and gives it back. */
export type Do = (id: number, fields: Fields, about: (path: string) => string) => Promise<Buffer>;

/** A status as an answer. */
export const status = (id: number, code: number, text = ""): Buffer => packet(Type.status, id, code, text, "en");

export const done = (id: number): Buffer => status(id, Status.ok);
