"use strict";
// Lines at a steady rate for as long as it lives: options perSecond, length.
const { options, polite, steadily } = require("./voice.cjs");

polite();
steadily(options.perSecond, (n) => options.length + (n % 60));
