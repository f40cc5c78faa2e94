"use strict";
// A child of family.cjs: prints lines of its own into the same log, deaf to signals. As a daemon it first leaves its parent.
const { spawn } = require("node:child_process");

const [folder, options, parent, daemon] = process.argv.slice(2);
if (daemon) {
  spawn(process.execPath, [__filename, folder, options, parent], {
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
  process.exit(0);
}
const { steadily } = require("./voice.cjs");

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
steadily(4, (n) => 20 + (n % 30));
