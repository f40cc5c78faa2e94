import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { StepFailed } from "./run.mjs";

const WITHIN_MS = 60_000;

/** Looks like a Discord token and is none. */
const token = `${Buffer.from("112233445566778899").toString("base64url")}.Example.${"not-a-real-token-".repeat(3)}`;

const config = `# Who greets, and where.
channel = "welcome"
colour = "#a78bfa"

[limits]
per_minute = 12 # Discord allows more
quiet = ["22:00", "07:00"]
`;

/** Some bots as a person has them: most run, one was stopped, and three need somebody. */
export async function makeFleet({ cli, api }, yards) {
  const demo = (name, ...more) => cli(["create", "--template", "demo-js", "--name", name, ...more]);
  const running = await cli(
    [
      "create",
      "--template",
      "demo-js",
      "--name",
      "Welcome Wagon",
      "--token-stdin",
      "--env",
      "DEMO_SECONDS=1",
      "--start",
    ],
    token,
  );
  for (const name of ["Music Lounge", "Mod Watch", "Daily Digest"]) await demo(name, "--start");
  const planner = await demo("Event Planner", "--start");
  await cli(["create", "--template", "basic-js", "--name", "Verify Me"]);

  await cli(["env", "set", running.id, "LOG_LEVEL", "info"]);
  await cli(["env", "set", running.id, "WELCOME_CHANNEL", "welcome"]);
  await cli(["env", "set", running.id, "WEATHER_API_KEY", "--secret"], "an-example");
  for (const path of ["src", "src/commands", "config"]) await api("POST", `/bots/${running.id}/files/folder`, { path });
  for (const [path, text] of Object.entries(sources))
    await api("PUT", `/bots/${running.id}/files/content`, { path, text, etag: null });
  await api("PUT", `/bots/${running.id}/files/content`, { path: "config.toml", text: config });
  await cli(["send", running.id, "exit 1"]);
  await until(cli, running.id, ({ state, restarts }) => state === "running" && restarts > 0);
  await cli(["restart", running.id]);
  await cli(["send", running.id, "help"]);
  await cli(["stop", planner.id]);

  const parked = await cli(["create", "--path", crashing(yards), "--name", "Ticket Desk"]);
  await api("PATCH", `/bots/${parked.id}`, { settings: { restart: { crashLimit: 3, backoffMs: 500 } } });
  await cli(["start", parked.id, "--no-wait"]);
  const uninstalled = await cli(["create", "--path", uninstallable(yards), "--name", "Level Up"]);
  await cli(["start", uninstalled.id, "--no-wait"]);
  const packed = await cli(["create", "--path", withPackages(yards), "--name", "Quiz Night"]);
  await until(cli, parked.id, ({ state }) => state === "parked");
  await until(cli, uninstalled.id, ({ state }) => state === "parked");
  return { running, parked, uninstalled, packed };
}

async function until(cli, id, is) {
  const end = Date.now() + WITHIN_MS;
  for (;;) {
    const bot = await cli(["status", id]);
    if (is(bot)) return;
    if (Date.now() > end) throw new StepFailed(`${bot.name} is still ${bot.state}: ${bot.why}`);
    await delay(500);
  }
}

/** Some files to look at, open and search in. */
const command = (name, says, deed) => `import { channelOf } from "../channels.js";

export const name = "${name}";
export const description = "${says}";

/** Runs when somebody types /${name}. */
export async function run(interaction, settings) {
  const channel = await channelOf(interaction.guild, settings);
  ${deed}
}
`;
const sources = {
  "src/commands/welcome.js": command(
    "welcome",
    "Greets whoever has just come",
    `const greeting = settings.greeting ?? "Welcome, {name}! Take a seat.";
  await channel.send(greeting.replace("{name}", interaction.user.displayName));`,
  ),
  "src/commands/goodbye.js": command("goodbye", "Waves after those who go", 'await channel.send("See you soon!");'),
  "src/commands/roles.js": command(
    "roles",
    "Offers roles to choose from",
    "await channel.send(rolesMessage(settings));",
  ),
  "src/channels.js": `/** The channel that the settings name, or the first one the bot may write in. */
export async function channelOf(guild, { channel = "welcome" }) {
  const all = await guild.channels.fetch();
  return all.find(({ name }) => name === channel) ?? guild.systemChannel;
}
`,
  "config/greetings.json": '{\n  "channel": "welcome",\n  "greeting": "Welcome, {name}! Take a seat."\n}\n',
};

function folderWith(path, files) {
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const crashing = (yards) =>
  folderWith(join(yards, "ticket-desk"), {
    "package.json": JSON.stringify({ name: "ticket-desk", type: "module", main: "index.js" }),
    "index.js": [
      'import { connect } from "node:net";',
      'console.log("Opening the ticket database …");',
      'connect(1, "127.0.0.1", () => console.log("Ticket desk is open"));',
      "",
    ].join("\n"),
  });

const uninstallable = (yards) =>
  folderWith(join(yards, "level-up"), {
    "package.json": JSON.stringify({ name: "level-up", main: "index.js", dependencies: { ranks: "workspace:*" } }),
    "index.js": 'console.log("Level up!");\n',
  });

/** As after an install, without a network: what it asks for, and most of that in its place. */
const withPackages = (yards) => {
  const path = folderWith(join(yards, "quiz-night"), {
    "package.json": JSON.stringify({
      name: "quiz-night",
      main: "index.js",
      dependencies: {
        "discord.js": "^14.16.0",
        "@discordjs/voice": "^0.18.0",
        "better-sqlite3": "^12.0.0",
        he: "^1.2.0",
      },
      devDependencies: { prettier: "^3.3.0" },
    }),
    "index.js": 'console.log("First question!");\n',
  });
  const installed = {
    "discord.js": "14.16.3",
    "@discordjs/voice": "0.17.0",
    "better-sqlite3": "12.4.1",
    prettier: "3.3.3",
  };
  for (const [name, version] of Object.entries(installed)) {
    const folder = join(path, "node_modules", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version }));
  }
  return path;
};
