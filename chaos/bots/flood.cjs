"use strict";
// Says little, until "flood <lines> <length>" is typed into it: then as much as it can, in pieces that end anywhere.
const { createInterface } = require("node:readline");
const { polite, say } = require("./voice.cjs");

const AT_ONCE = 64 * 1024;
let left = 0;
let length = 0;

polite();
createInterface({ input: process.stdin }).on("line", (line) => {
  const [word, lines, chars] = line.split(" ");
  if (word !== "flood") return;
  left = Number(lines);
  length = Number(chars);
  pour();
});
setInterval(() => say(1, 40), 500);

function pour() {
  if (left <= 0) return;
  const count = Math.min(left, Math.max(1, Math.floor(AT_ONCE / length)));
  if (say(count, (n) => length + (n % 17), { cuts: [1000 + (left % 997), 20_000 + (left % 7919)] })) left -= count;
  // A disk that is full holds it up.
  if (left > 0) setTimeout(pour, left % 50 === 0 ? 5 : 0);
}
