// Watches the lines of children as they come, and says when told to end how long after being written each was seen.
//
//   viewer.mjs pm2                      one listener on PM2's bus ($PM2_HOME)
//   viewer.mjs botyard <url> <n> <ids>  n browsers' connections, spread over the bots; tickets come as lines of the input
//
// It says "ready" once it watches; a line "begin" clears what was counted, "end" answers with the delays in ms as JSON.
import { createInterface } from "node:readline";

process.title = "bench-viewer";
const [kind, url, count, ...ids] = process.argv.slice(2);
let delays = [];
const tickets = [];
const waiting = [];

// `<tag> <number> <ns> …`, as child.c writes it.
const LINE = /^[0-9a-f]{8} \d{12} (\d{19}) x/;
function see(text, at = process.hrtime.bigint()) {
  const stamp = LINE.exec(text)?.[1];
  if (stamp) delays.push(Number(at - BigInt(stamp)) / 1e6);
}

createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "begin") delays = [];
  else if (line === "end") {
    process.stdout.write(`${JSON.stringify(delays.map((ms) => Math.round(ms * 100) / 100))}\n`, () => process.exit(0));
  } else if (waiting.length > 0) waiting.shift()(line);
  else tickets.push(line);
});
const ticket = () => (tickets.length > 0 ? tickets.shift() : new Promise((settle) => waiting.push(settle)));

async function watchBus() {
  const { default: pm2 } = await import("pm2");
  await new Promise((settle, fail) => pm2.connect((error) => (error ? fail(error) : settle())));
  const bus = await new Promise((settle, fail) =>
    pm2.launchBus((error, found) => (error ? fail(error) : settle(found))),
  );
  bus.on("log:out", ({ data }) => {
    const at = process.hrtime.bigint();
    for (const line of data.split("\n")) see(line, at);
  });
}

async function watchGateway() {
  const { io } = await import("socket.io-client");
  for (let viewer = 0; viewer < Number(count); viewer++) {
    const socket = io(url, {
      auth: { ticket: await ticket() },
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
    });
    await new Promise((settle, fail) => {
      socket.once("connect", settle);
      socket.once("connect_error", fail);
    });
    socket.on("bot.log", ({ lines }, acknowledge) => {
      const at = process.hrtime.bigint();
      for (const line of lines) if (line.stream === "out") see(line.text, at);
      acknowledge?.();
    });
    const topic = `bot:${ids[Math.floor((viewer * ids.length) / Number(count))]}`;
    const answer = await socket.emitWithAck("watch", { topic });
    if (!answer.ok) throw new Error(`watch was refused: ${answer.code}`);
  }
}

await (kind === "pm2" ? watchBus() : watchGateway());
process.stdout.write("ready\n");
