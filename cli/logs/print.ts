import type { BotView } from "#contracts/api/bots";
import type { LogLine } from "#contracts/log";
import { duration, jsonOf, padTo, plain } from "../output";
import { widthOf } from "../width";
import type { Said } from "./history";

export type Look = { json: boolean; colour: boolean; bots: readonly BotView[] };

/** Colours of names, readable on dark and light ground. */
const palette = [36, 33, 35, 32, 34, 31, 96, 93, 95, 92, 94, 91] as const;

/** Makes one line of output of a line of a log: whatever a bot printed, the terminal obeys nothing of it but colours. */
export function createPrinter({ json, colour, bots }: Look): (said: Said) => string {
  if (json) return ({ bot, line }) => jsonOf({ botId: bot.id, bot: bot.name, ...line });
  const width = Math.min(24, Math.max(0, ...bots.map(({ name }) => widthOf(plain(name)))));
  const prefixes = new Map(bots.map((bot, at) => [bot.id, paint(padTo(plain(bot.name), width), at)]));
  return ({ bot, line }) => {
    const prefix = bots.length > 1 ? `${prefixes.get(bot.id) ?? ""} ` : "";
    return `${prefix}${timeOf(line.at)} ${textOf(line, colour)}`;
  };

  function paint(name: string, at: number): string {
    return colour ? `\x1b[${palette[at % palette.length]}m${name}\x1b[0m |` : `${name} |`;
  }
}

function timeOf(at: number): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const two = (number: number) => String(number).padStart(2, "0");
  // A time alone would be taken for one of today.
  return date.toDateString() === new Date().toDateString()
    ? time
    : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

function textOf(line: LogLine, colour: boolean): string {
  const { mark } = line;
  if (mark?.kind === "started") return `── started, run ${line.run} ──`;
  if (mark?.kind === "ended") {
    const how = mark.signal ?? `exit ${mark.code ?? "unknown"}`;
    return `── ${plain(how)} after ${duration(mark.ms)} ──`;
  }
  if (mark?.kind === "gap") return `── ${mark.bytes} bytes are no longer kept ──`;
  return `${colour ? safe(line.text) : plain(line.text)}${line.cut ? " …" : ""}`;
}

/** A text of which a terminal obeys the colours only, and not beyond its line. */
export function safe(text: string): string {
  const parts = text.split(/(\x1b\[[0-9;]{0,40}m)/);
  const kept = parts.map((part, at) => (at % 2 === 1 ? part : plain(part))).join("");
  return parts.length > 1 ? `${kept}\x1b[0m` : kept;
}
