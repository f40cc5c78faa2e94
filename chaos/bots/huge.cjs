"use strict";
// Lines between 20 kB and 1 MB, a few a minute, among ordinary ones.
const { polite, say } = require("./voice.cjs");

polite();
setInterval(() => say(2, 50), 400);
setInterval(() => say(1, (n) => 20_000 + ((n * 7919) % 1_000_000)), 6_000);
