import { describe, expect, test } from "vitest";
import { bytes, bytesPerSecond, clock, duration, exact, percent, relative } from "./format";

const MB = 1024 * 1024;

describe("sizes", () => {
  test.each([
    [0, "0 kB"],
    [60, "1 kB"],
    [512, "1 kB"],
    [300 * 1024, "300 kB"],
    [1.5 * MB, "1.5 MB"],
    [512 * MB, "512 MB"],
    [1.25 * 1024 * MB, "1.3 GB"],
    [24 * 1024 * MB, "24 GB"],
    [-5, "0 kB"],
  ])("%d bytes are %s", (count, said) => {
    expect(bytes(count)).toBe(said);
  });
  test("a rate says per second", () => {
    expect(bytesPerSecond(2 * MB)).toBe("2 MB/s");
  });
  test("percent has a digit only where it tells something", () => {
    expect([percent(0), percent(3.44), percent(87.4), percent(200)]).toEqual(["0%", "3.4%", "87%", "200%"]);
  });
});

describe("durations", () => {
  test.each([
    [0, "0s"],
    [-3_000, "0s"],
    [59_999, "59s"],
    [200_000, "3m 20s"],
    [3_600_000, "1h"],
    [3_605_000, "1h"],
    [86_400_000 * 2 + 3_600_000 * 4 + 60_000, "2d 4h"],
  ])("%d ms are %s", (ms, said) => {
    expect(duration(ms)).toBe(said);
  });
});

describe("moments", () => {
  const at = Date.UTC(2026, 10, 21, 15, 51, 7, 123);
  test("relative ones take the largest unit that fits", () => {
    expect(relative(at - 300_000, at)).toBe("5 minutes ago");
    expect(relative(at + 3_000, at)).toBe("in 3 seconds");
    expect(relative(at - 86_400_000, at)).toBe("yesterday");
    expect(relative(at, at)).toBe("now");
  });
  test("exact ones are in the viewer's zone", () => {
    expect(exact(at, { locale: "en", timeZone: "Europe/Berlin" })).toContain("4:51:07");
    expect(exact(at, { locale: "en", timeZone: "UTC" })).toContain("3:51:07");
  });
  test("a console's clock is in the viewer's zone, midnight is 00", () => {
    expect(clock(at, { timeZone: "Asia/Kolkata" })).toBe("21:21:07");
    expect(clock(at, { timeZone: "UTC" }, true)).toBe("15:51:07.123");
    expect(clock(Date.UTC(2026, 0, 1), { timeZone: "UTC" })).toBe("00:00:00");
  });
});
