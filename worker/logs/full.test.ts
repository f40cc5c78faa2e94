import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { openRotation, SIZES } from "./rotate";

const MB = 1024 * 1024;

test("on a disk that is nearly full a flood is let go, since nothing more can be packed", async ({ skip }) => {
  const dir = mkdtempSync(`${tmpdir()}/by-full-log-`);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", dir], { stdio: "ignore" });
  } catch {
    rmSync(dir, { recursive: true });
    return skip("no file system can be mounted here");
  }
  try {
    mkdirSync(`${dir}/1`);
    const log = `${dir}/1/out.log`;
    // Hardly to be packed.
    writeFileSync(
      log,
      Array.from({ length: 12 }, () =>
        randomBytes(MB / 2)
          .toString("hex")
          .replace(/.{99}/g, "$&\n"),
      ).join(""),
    );
    expect(() => writeFileSync(`${dir}/others`, Buffer.alloc(32 * MB))).toThrow("ENOSPC");
    truncateSync(`${dir}/others`, statSync(`${dir}/others`).size - MB / 2);
    const sizes = { ...SIZES, live: MB, unit: 2 * MB, stays: MB / 4, outrun: 4 * MB, braked: 64 * MB };
    const rotation = await openRotation(`${dir}/1`, { means: "punch", sizes, say() {} });
    await rotation.step(64 * MB);
    expect(statSync(log).blocks * 512).toBeLessThan(MB);
  } finally {
    execFileSync("umount", [dir]);
    rmSync(dir, { recursive: true });
  }
});
