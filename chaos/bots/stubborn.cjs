"use strict";
// Hears that it should end, says a line about it, and goes on.
const { say, steadily } = require("./voice.cjs");

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => say(1, 60));
steadily(10, 50);
