import { describe, expect, it, test } from "vitest";
import { FailureError, failureOf } from "#client/failure";
import { CHUNK_BYTES } from "#contracts/import";
import { type TakenPlace, UPLOAD_FILES } from "#contracts/transfer";
import { answered, choiceOf, skippedOf, toAsk, unanswered } from "./answers";
import { affordable, CHECKED_BYTES, CHECKED_TOTAL_BYTES, sha256Of } from "./checksum";
import { matched, together, topOf } from "./match";
import { backoff, createRate, FIRST_PIECE, nextPiece } from "./pace";
import { inParts } from "./parts";
import { verdictOf } from "./verdict";

const taken = (...paths: string[]): TakenPlace[] =>
  paths.map((path) => ({ path, kind: "file", size: 1, changedAt: 0 }));

describe("what is in the way", () => {
  const places = taken("a", "b", "c");

  it("is asked about one by one, and for the rest at once", () => {
    const one = answered(unanswered, places, "overwrite", false);
    expect(toAsk(one, places).map(({ path }) => path)).toEqual(["b", "c"]);
    const all = answered(one, places, "skip", true);
    expect(toAsk(all, places)).toEqual([]);
    expect([...skippedOf(all, places)]).toEqual(["b", "c"]);
    expect(choiceOf(all)).toEqual({ conflict: "skip", conflicts: [{ path: "a", conflict: "overwrite" }] });
  });

  it("that comes later is asked about, unless all were answered for", () => {
    const each = places.reduce((answers) => answered(answers, places, "keepBoth", false), unanswered);
    expect(choiceOf(each).conflict).toBe("refuse");
    expect(toAsk(each, taken("a", "late")).map(({ path }) => path)).toEqual(["late"]);
    expect(toAsk(answered(unanswered, places, "overwrite", true), taken("late"))).toEqual([]);
    expect(choiceOf(unanswered)).toEqual({ conflict: "refuse", conflicts: [] });
  });
});

describe("files that are chosen again", () => {
  const announced = [
    { path: "bot/a", size: 3, received: 1 },
    { path: "bot/b", size: 3, received: 0 },
    { path: "bot/whole", size: 3, received: 3 },
    { path: "bot/empty", size: 0, received: 0 },
  ];
  const file = (path: string, text: string) => ({ path, file: new File([text], path) });

  it("are those of the same path and size, and none that is here already", () => {
    const found = matched(announced, [
      file("bot/a", "abc"),
      file("bot/b", "longer"),
      file("bot/whole", "abc"),
      file("other/b", "abc"),
    ]);
    expect([...found.keys()]).toEqual([0]);
  });

  it("belong to one upload again when one folder was announced in parts", () => {
    const parts = [
      { id: "1", to: "", files: [{ path: "bot/a" }] },
      { id: "2", to: "", files: [{ path: "bot/b" }] },
      { id: "3", to: "src", files: [{ path: "bot/b" }] },
      { id: "4", to: "", files: [{ path: "a" }] },
      { id: "5", to: "", files: [{ path: "a" }] },
    ];
    expect(together(parts).map((group) => group.map(({ id }) => id))).toEqual([["1", "2"], ["3"], ["4"], ["5"]]);
    expect([topOf(["bot/a", "bot/b/c"]), topOf(["bot/a", "bots/b"]), topOf(["bot"]), topOf([])]).toEqual([
      "bot",
      null,
      null,
      null,
    ]);
  });
});

test("announcements hold what the API takes, in order and whole", () => {
  const many = Array.from({ length: UPLOAD_FILES * 2 + 1 }, (_, n) => ({ path: `f${n}` }));
  expect(inParts(many).map((part) => part.length)).toEqual([UPLOAD_FILES, UPLOAD_FILES, 1]);
  const long = Array.from({ length: UPLOAD_FILES }, (_, n) => ({ path: `${"ä".repeat(400)}${n}` }));
  const parts = inParts(long);
  expect(parts.flat()).toEqual(long);
  for (const part of parts) {
    const files = part.map(({ path }) => ({ path, size: Number.MAX_SAFE_INTEGER, sha256: "f".repeat(64) }));
    expect(Buffer.byteLength(JSON.stringify({ files, folders: [] }))).toBeLessThan(1024 * 1024 - 10_000);
  }
  expect(inParts([])).toEqual([[]]);
});

test("checksums are those of SHA-256, and only for what is affordable", async () => {
  expect(await sha256Of(new Blob(["abc"]))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(affordable([1, CHECKED_BYTES, CHECKED_BYTES + 1, 0])).toEqual([true, true, false, false]);
  const many = affordable(Array.from({ length: 20 }, () => CHECKED_BYTES));
  expect(many.filter(Boolean).length).toBe(CHECKED_TOTAL_BYTES / CHECKED_BYTES);
  expect(affordable([1], false)).toEqual([false]);
});

test("chunks grow on a quick line and shrink on a slow one, within bounds", () => {
  let piece = FIRST_PIECE;
  for (let n = 0; n < 10; n++) piece = nextPiece(piece, 10);
  expect(piece).toBe(CHUNK_BYTES);
  expect(nextPiece(piece, 2_000)).toBe(piece);
  for (let n = 0; n < 10; n++) piece = nextPiece(piece, 60_000);
  expect(piece).toBe(256 * 1024);
  expect([1, 2, 3, 9].map(backoff)).toEqual([1_000, 2_000, 4_000, 15_000]);
});

test("speed is that of the last seconds, and begins anew after a pause", () => {
  const rate = createRate();
  rate.note(0, 0);
  expect(rate.get()).toBeNull();
  rate.note(1_000, 5_000);
  expect(rate.get()).toBe(5_000);
  rate.note(20_000, 5_000);
  rate.note(21_000, 6_000);
  expect(rate.get()).toBe(1_000);
  rate.reset();
  expect(rate.get()).toBeNull();
});

test.each([
  [new TypeError("Failed to fetch"), "away"],
  [new DOMException("", "TimeoutError"), "away"],
  [new FailureError(failureOf("too_many_tries", { seconds: 1 })), "busy"],
  [new FailureError(failureOf("files_over_quota", {})), "stop"],
  [new FailureError(failureOf("not_signed_in", {})), "stop"],
  [new Error("a proxy's own page"), "stop"],
  [new FailureError(failureOf("path_unsafe", {})), "fail"],
  [new FailureError(failureOf("transfer_gone", {})), "fail"],
])("%s is judged to be %s", (error, verdict) => {
  expect(verdictOf(error)).toBe(verdict);
});
