import type { BotSettings } from "#contracts/bot";

/** A kind of bot: which of bots/*.cjs it is, and what it is told. */
export type Member = {
  name: string;
  habit: "steady" | "flood" | "crash" | "stubborn" | "family" | "partial" | "huge" | "done";
  options: Readonly<Record<string, unknown>>;
  restart?: Partial<BotSettings["restart"]>;
  stop?: Partial<BotSettings["stop"]>;
  /** It has something to install first. */
  installs?: boolean;
};

/** It comes back at once and is not given up, so that there is always something going on. */
const eager = { backoffMs: 100, backoffMaxMs: 1_500, crashLimit: 100, crashWindowMs: 10_000 };

/** Those that live through the whole run. */
export const fleet: readonly Member[] = [
  { name: "flooder one", habit: "flood", options: {}, restart: eager },
  { name: "flooder two", habit: "flood", options: {}, restart: eager },
  { name: "slow", habit: "steady", options: { perSecond: 1, length: 40 } },
  { name: "steady", habit: "steady", options: { perSecond: 20, length: 60 } },
  { name: "busy", habit: "steady", options: { perSecond: 100, length: 90 } },
  { name: "wide", habit: "steady", options: { perSecond: 10, length: 3_000 } },
  {
    name: "crashes often",
    habit: "crash",
    options: { fromMs: 800, toMs: 4_000, codes: [1, 2, 7, 129] },
    restart: eager,
  },
  {
    name: "crashes now and then",
    habit: "crash",
    options: { fromMs: 8_000, toMs: 30_000, codes: [1] },
    restart: eager,
  },
  {
    name: "dies by a signal",
    habit: "crash",
    options: { fromMs: 5_000, toMs: 15_000, signal: "SIGTERM" },
    restart: eager,
  },
  {
    name: "is given up",
    habit: "crash",
    options: { fromMs: 300, toMs: 900, codes: [5] },
    restart: { backoffMs: 100, backoffMaxMs: 1_000, crashLimit: 4, crashWindowMs: 60_000 },
  },
  { name: "stubborn", habit: "stubborn", options: {}, stop: { graceMs: 1_500 } },
  { name: "family", habit: "family", options: {}, stop: { graceMs: 4_000 } },
  { name: "family that crashes", habit: "family", options: { crashMs: 9_000 }, restart: eager },
  { name: "partial", habit: "partial", options: {} },
  { name: "huge", habit: "huge", options: {} },
  { name: "done", habit: "done", options: { fromMs: 4_000, toMs: 15_000 } },
];

/** Those that are made and deleted again, some in the middle of installing what they need. */
export const passing: readonly Member[] = [
  { name: "passing one", habit: "steady", options: { perSecond: 10, length: 40 }, installs: true },
  { name: "passing two", habit: "family", options: {}, installs: true },
  { name: "passing three", habit: "stubborn", options: {}, stop: { graceMs: 1_500 } },
];
