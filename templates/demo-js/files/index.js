// A bot without Discord. It writes a numbered line every few seconds and does what you type; `help` lists what it knows.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const seconds = Number(process.env.DEMO_SECONDS) || 3;
const began = Date.now();
const hoard = [];

const commands = {
  help: {
    says: "lists the commands",
    run: () => {
      for (const [name, { says }] of Object.entries(commands)) console.log(`  ${name.padEnd(8)} ${says}`);
    },
  },
  crash: {
    says: "throws an error that nobody catches",
    run: () => {
      setImmediate(() => {
        throw new Error("You asked for a crash, here it is");
      });
    },
  },
  exit: { says: "exit N: ends with exit code N", run: ([code]) => process.exit(number(code, 0, 255)) },
  spam: {
    says: "spam N: writes N lines at once",
    run: ([count]) => {
      const lines = number(count, 100, 1_000_000);
      let next = 1;
      const some = () => {
        let text = "";
        for (const end = Math.min(next + 999, lines); next <= end; next += 1) text += `spam ${next} of ${lines}\n`;
        process.stdout.write(text, () => next <= lines && some());
      };
      some();
    },
  },
  leak: {
    says: "eats 20 MB of memory a second until it is stopped",
    run: () => {
      console.warn("WARN eating 20 MB of memory a second");
      setInterval(() => hoard.push(Buffer.alloc(20 * 1024 * 1024, 1)), 1_000);
    },
  },
  fork: {
    says: "starts a child that lives for an hour, to see whether it ends with the bot",
    run: () => {
      const child = spawn("sleep", ["3600"], { stdio: "ignore" });
      child.on("error", (error) => console.error(`ERROR no child: ${error.message}`));
      child.on("spawn", () => console.log(`Started a child with pid ${child.pid}`));
    },
  },
  levels: {
    says: "writes a line of each level",
    run: () => {
      console.debug("DEBUG looking closely");
      console.info("INFO all is well");
      console.warn("WARN something is odd");
      console.error("ERROR something is wrong");
      console.log(JSON.stringify({ level: "info", msg: "the same as JSON", pid: process.pid }));
    },
  },
};

function number(text, otherwise, most) {
  const value = Number.parseInt(text ?? "", 10);
  return Number.isInteger(value) && value >= 0 ? Math.min(value, most) : otherwise;
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const [name = "", ...rest] = line.trim().split(/\s+/);
  if (name === "") return;
  console.log(`You typed: ${line}`);
  if (Object.hasOwn(commands, name)) commands[name].run(rest);
});

let beat = 0;
setInterval(() => {
  beat += 1;
  if (beat % 5 === 0) {
    const memory = Math.round(process.memoryUsage().rss / 1024 / 1024);
    console.log(
      JSON.stringify({
        level: "info",
        msg: `heartbeat ${beat}`,
        uptime: Math.round((Date.now() - began) / 1000),
        memory,
      }),
    );
  } else if (beat % 7 === 0) console.warn(`WARN heartbeat ${beat}: a warning now and then`);
  else console.log(`heartbeat ${beat}`);
}, seconds * 1_000);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    console.log(`${signal}: good night`);
    process.exit(0);
  });
}

console.log("Demo is ready. Type help and press Enter.");
commands.levels.run();
