"use strict";
// Starts children in sessions of their own, some through a parent that leaves at once; none of them hears a signal.
// With options.crashMs it crashes and leaves them behind.
const { spawn } = require("node:child_process");
const { join } = require("node:path");
const { end, folder, options, optionText, polite, steadily, stream } = require("./voice.cjs");

const child = join(__dirname, "child.cjs");
let made = 0;

polite();
steadily(5, 40);
setInterval(() => {
  if (made >= 4) return;
  const args = [child, folder, optionText, stream];
  spawn(process.execPath, made % 2 ? [...args, "daemon"] : args, {
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
  made += 1;
}, 700);
if (options.crashMs) setTimeout(() => end(3), options.crashMs * (0.5 + Math.random()));
