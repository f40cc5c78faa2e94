import { describe, expect, it } from "vitest";
import { cpuMs } from "../../../tests/support/cpu";
import { bareText, readAnsi } from "./ansi";

const shown = (line: string) =>
  readAnsi(line)
    .map((span) => span.text)
    .join("");

describe("colours", () => {
  it("reads the sixteen, the 256 and true colour, on text and ground", () => {
    expect(readAnsi("a\x1b[31mb\x1b[1;92mc\x1b[0md")).toEqual([
      { text: "a", style: {} },
      { text: "b", style: { color: 1 } },
      { text: "c", style: { color: 10, bold: true } },
      { text: "d", style: {} },
    ]);
    expect(readAnsi("\x1b[38;5;208;48;5;232mx")[0]?.style).toEqual({ color: "#ff8700", ground: "#080808" });
    expect(readAnsi("\x1b[38;2;1;2;3mx")[0]?.style).toEqual({ color: "#010203" });
    expect(readAnsi("\x1b[38:2::1:2:3mx")[0]?.style).toEqual({ color: "#010203" });
    expect(readAnsi("\x1b[1;2;3;4;7;9mx\x1b[22;23;24;27;29my")[1]?.style).toEqual({});
    expect(readAnsi("\x1b[31;41mx\x1b[39;49my")[1]?.style).toEqual({});
  });

  it("ignores numbers that are no colour, and never hides text", () => {
    expect(readAnsi("\x1b[38;5;999;48;2;1;2mx")).toEqual([{ text: "x", style: {} }]);
    expect(readAnsi("\x1b[8msecret")).toEqual([{ text: "secret", style: {} }]);
  });

  it("bounds how many stretches one line can make, keeping every letter", () => {
    const line = Array.from({ length: 3_000 }, (_, i) => `\x1b[${31 + (i % 6)}mx`).join("");
    const spans = readAnsi(line);
    expect(spans.length).toBeLessThanOrEqual(400);
    expect(spans.map((span) => span.text).join("")).toBe("x".repeat(3_000));
  });
});

describe("hostile output", () => {
  it("leaves HTML as the text it is", () => {
    const line = `<img src=x onerror=alert(1)><script>alert(1)</script>`;
    expect(readAnsi(line)).toEqual([{ text: line, style: {} }]);
  });

  it.each([
    ["a device attributes question", "a\x1b[cb\x1b[>cc\x1b[6nd", "abcd"],
    ["DECRQSS", "a\x1bP$qm\x1b\\b", "ab"],
    ["cursor moves and erasing", "a\x1b[2J\x1b[1;1H\x1b[Kb", "ab"],
    ["an OSC 8 link", "\x1b]8;;javascript:alert(1)\x1b\\click\x1b]8;;\x1b\\", "click"],
    ["an OSC 52 clipboard write", "a\x1b]52;c;cm0gLXJmIC8=\x07b", "ab"],
    ["a window title", "a\x1b]0;title\x9cb", "ab"],
    ["a charset change", "a\x1b(0b", "ab"],
    ["private and application strings", "a\x1b^x\x1b\\b\x1b_y\x1b\\c\x1bXz\x1b\\d", "abcd"],
    ["an eight-bit CSI", "a\x9b2Jb\x9b31mc", "abc"],
    ["a private SGR look-alike", "a\x1b[>4;2mb", "ab"],
  ])("removes %s", (_name, line, expected) => {
    expect(shown(line)).toBe(expected);
  });

  it.each([
    ["an unfinished OSC", "a\x1b]52;c;rest", "a⟨ESC⟩]52;c;rest"],
    ["an unfinished CSI", "a\x1b[12", "a⟨ESC⟩[12"],
    ["a string cut by another escape", "a\x1bPxx\x1b[31mred", "a⟨ESC⟩Pxxred"],
    ["a lone ESC at the end", "a\x1b", "a⟨ESC⟩"],
    ["a carriage return that would overwrite", "safe\rEVIL", "safe⟨CR⟩EVIL"],
    ["backspaces", "ab\b\bcd", "ab⟨BS⟩⟨BS⟩cd"],
    ["NUL, BEL and DEL", "\0\x07\x7f", "⟨NUL⟩⟨BEL⟩⟨DEL⟩"],
    ["other C1 controls", "a\x85b\x9dc", "a⟨U+0085⟩b⟨U+009D⟩c"],
    ["bidi overrides", "user\u202Eexe.gpj\u2066x\u061C", "user⟨U+202E⟩exe.gpj⟨U+2066⟩x⟨U+061C⟩"],
    ["line separators", "a\u2028b\u2029c", "a⟨U+2028⟩b⟨U+2029⟩c"],
  ])("shows %s instead of obeying it", (_name, line, expected) => {
    expect(shown(line)).toBe(expected);
  });

  it("takes \\r\\n for the end of a line", () => {
    expect(shown("done\r")).toBe("done");
  });

  it("tells its own signs from text that looks like them", () => {
    expect(readAnsi("⟨CR⟩\r.").map((span) => span.sign === true)).toEqual([false, true, false]);
    expect(bareText("a\x1b[31mb\rc")).toBe("abc");
  });

  it.each([
    ["escapes", "\x1b"],
    ["string starts", "\x1b]"],
    ["parameters", "\x1b[1;"],
    ["carriage returns", "\r"],
    ["overrides", "\u202e"],
  ])("reads a megabyte of %s without hanging", async (_name, piece) => {
    const line = piece.repeat(1_000_000 / piece.length);
    const spent = await cpuMs(() => expect(readAnsi(line).length).toBeLessThanOrEqual(400));
    expect(spent).toBeLessThan(3_000);
  });

  it("keeps tabs, emoji and other scripts", () => {
    const line = "\tגשש 🏳️‍🌈 日本\u200d";
    expect(shown(line)).toBe(line);
  });
});
