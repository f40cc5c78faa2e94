"use strict";
// Crashes on a schedule: options fromMs and toMs (how long it lives), signal (dies by it) or codes (ends with one of them).
const { end, endBy, options, polite, steadily } = require("./voice.cjs");

polite();
steadily(20, (n) => 30 + (n % 40));
setTimeout(
  () => {
    if (options.signal) process.removeAllListeners(options.signal);
    if (options.signal) endBy(options.signal);
    else end(options.codes[Math.floor(Math.random() * options.codes.length)]);
  },
  options.fromMs + Math.random() * (options.toMs - options.fromMs),
);
