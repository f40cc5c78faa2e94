import { openLogs } from "./index";
import type { Means } from "./means";

/*
 * A worker that does nothing but keep one log short, to be killed at any moment. Arguments: the folder of bots, the bot, how to cut,
 * from how many bytes that are not packed on its writer waits, and how many are packed then before the oldest are let go.
 */

const [botsDir = "", botId = "", means, outrun, braked] = process.argv.slice(2);
const ways: readonly Means[] = ["collapse", "punch", "stop"];
const KB = 1024;
const sizes = {
  live: 384 * KB,
  unit: 256 * KB,
  stays: 64 * KB,
  outrun: Number(outrun),
  braked: Number(braked),
  sample: 64 * KB,
  small: KB,
};
const logs = openLogs({ botsDir, means: ways.find((way) => way === means), sizes, say: console.error });
logs.stamp(botId, 1, { keepMb: 1_000, keepDays: 0 });
console.log("ready");
setInterval(() => {}, 1_000);
