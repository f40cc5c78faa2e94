import { describe, expect, it } from "vitest";
import { beginOf, fromWallClock, startOfDay, wallClock } from "./moment";

const berlin = "Europe/Berlin";

describe("clocks on the wall", () => {
  it("are read and shown in the viewer's zone, summer and winter", () => {
    const winter = Date.parse("2026-01-05T11:30:00Z");
    const summer = Date.parse("2026-07-05T11:30:15Z");
    expect(wallClock(winter, berlin)).toBe("2026-01-05T12:30:00");
    expect(wallClock(summer, berlin)).toBe("2026-07-05T13:30:15");
    expect(fromWallClock("2026-01-05T12:30", berlin)).toBe(winter);
    expect(fromWallClock("2026-07-05T13:30:15", berlin)).toBe(summer);
    expect(fromWallClock("2026-07-05T13:30:15", "Asia/Kathmandu")).toBe(Date.parse("2026-07-05T07:45:15Z"));
  });

  it("keep milliseconds out of it", () => {
    expect(wallClock(Date.parse("2026-01-05T11:30:00.999Z"), "UTC")).toBe("2026-01-05T11:30:00");
    expect(wallClock(-1, "UTC")).toBe("1969-12-31T23:59:59");
  });

  it("know no hour that is skipped, and no date that is none", () => {
    // Clocks go from 2:00 to 3:00 that night.
    const read = fromWallClock("2026-03-29T02:30", berlin) ?? 0;
    expect(wallClock(read, berlin)).toMatch(/^2026-03-29T0[13]:30/);
    for (const text of ["", "yesterday", "2026-13-40T99:99", "2026-01-01"])
      expect(fromWallClock(text, berlin)).toBeNull();
  });
});

describe("beginOf", () => {
  const now = Date.parse("2026-07-05T11:30:00Z");
  it("counts back from now, and today from midnight there", () => {
    expect(beginOf("5m", now, berlin)).toBe(now - 300_000);
    expect(beginOf("7d", now, berlin)).toBe(now - 604_800_000);
    expect(beginOf("today", now, berlin)).toBe(Date.parse("2026-07-04T22:00:00Z"));
    expect(startOfDay(Date.parse("2026-07-05T23:30:00Z"), berlin)).toBe(Date.parse("2026-07-05T22:00:00Z"));
  });
});
