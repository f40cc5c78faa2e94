import { z } from "zod";
import { beginOf, type Recently, recently } from "#client/moment";
import { cursorText } from "#contracts/api/console";
import { type LogCursor, type LogLevel, logLevel, SEARCH_CHARS } from "#contracts/log";

/** What the Logs tab shows, as its address says it: a search, a stretch of time, a run, a line. */
export type LogAddress = {
  text: string;
  regex: boolean;
  /** Case counts. */
  exact: boolean;
  /** Empty: all. */
  levels: readonly LogLevel[];
  /** A stretch that ends now, or a moment. */
  since: Recently | number | null;
  until: number | null;
  run: number | null;
  /** The line that is opened. */
  at: LogCursor | null;
};

export const nowhere: LogAddress = {
  text: "",
  regex: false,
  exact: false,
  levels: [],
  since: null,
  until: null,
  run: null,
  at: null,
};

/** Reads an address; what makes no sense in it counts as not there. */
export function readAddress(parameters: URLSearchParams): LogAddress {
  const get = (name: string) => parameters.get(name) ?? "";
  const near = recently.safeParse(get("since"));
  const run = z.coerce.number().int().positive().max(999_999_999).safeParse(get("run"));
  return {
    text: get("q").slice(0, SEARCH_CHARS),
    regex: get("regex") === "1",
    exact: get("case") === "1",
    levels: logLevel.options.filter((level) => get("levels").split(",").includes(level)),
    since: near.success ? near.data : moment(get("since")),
    until: moment(get("until")),
    run: run.success ? run.data : null,
    at: readCursor(get("at")),
  };
}

/** The address as a query, with its question mark; empty for an address that says nothing. */
export function writeAddress(address: Partial<LogAddress>): string {
  const { text, regex, exact, levels, since, until, run, at } = { ...nowhere, ...address };
  const parameters = new URLSearchParams();
  const put = (name: string, value: string | null) => value && parameters.set(name, value);
  put("q", text);
  put("regex", regex ? "1" : null);
  put("case", exact ? "1" : null);
  put("levels", levels.join(","));
  put("since", typeof since === "number" ? new Date(since).toISOString() : since);
  put("until", until === null ? null : new Date(until).toISOString());
  put("run", run === null ? null : String(run));
  put("at", at && cursorOf(at));
  const said = parameters.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return said === "" ? "" : `?${said}`;
}

/** A cursor as addresses and the API write it: `3.1024`. */
export const cursorOf = ({ run, offset }: LogCursor): string => `${run}.${offset}`;

function readCursor(text: string): LogCursor | null {
  if (!cursorText.safeParse(text).success) return null;
  const [run = 0, offset = 0] = text.split(".").map(Number);
  return { run, offset };
}

function moment(text: string): number | null {
  const read = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(read) || read < 0 ? null : read;
}

/** Whether an address asks for hits; without, it shows the log itself. */
export const isSearch = ({ text, levels, until }: LogAddress): boolean =>
  text !== "" || levels.length > 0 || until !== null;

/** When the stretch of an address begins; undefined for "at the beginning". */
export const sinceOf = ({ since }: Pick<LogAddress, "since">, now: number, timeZone: string): number | undefined =>
  since === null ? undefined : typeof since === "number" ? since : beginOf(since, now, timeZone);

/** The same search whichever line of it is opened. */
export const searchKey = (address: LogAddress): string => writeAddress({ ...address, at: null });
