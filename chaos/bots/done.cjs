"use strict";
// Does its work and ends with 0: options fromMs and toMs.
const { end, options, polite, steadily } = require("./voice.cjs");

polite();
steadily(25, 40);
setTimeout(() => end(0), options.fromMs + Math.random() * (options.toMs - options.fromMs));
