"use strict";
// Prints its lines in two pieces with a pause between: a kill finds it in the middle of one.
const { polite, say } = require("./voice.cjs");

polite();
setInterval(() => say(3, 60, { cuts: [25, 130], pause: 40 }), 150);
