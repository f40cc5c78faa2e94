/** A program, for `node -e`: swaps its first argument, a folder, for a link to its second and back, as fast as it can. Says when it begins. */
export const SWAPPER = `
const { renameSync, symlinkSync, unlinkSync } = require("node:fs");
const [, at, outside] = process.argv;
console.log("swapping");
for (;;) {
  renameSync(at, at + ".away");
  symlinkSync(outside, at);
  unlinkSync(at);
  renameSync(at + ".away", at);
}`;
