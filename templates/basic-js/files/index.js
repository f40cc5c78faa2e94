import { Client, Events, GatewayCloseCodes, GatewayIntentBits, MessageFlags, REST, Routes } from "discord.js";
import { commands } from "./commands.js";

const token = process.env.DISCORD_TOKEN?.trim();
if (!token) {
  console.error("DISCORD_TOKEN is not set. Add the bot's token under Environment, then start it again.");
  process.exit(78); // "wrong configuration": starting it again would not help
}

// DISCORD_API_BASE is for tests: where Discord's API answers.
const api = process.env.DISCORD_API_BASE;
const rest = api ? { api, version: "10" } : { version: "10" };

const client = new Client({ intents: [GatewayIntentBits.Guilds], rest });

client.once(Events.ClientReady, async (ready) => {
  console.log(`Ready as ${ready.user.tag} in ${ready.guilds.cache.size} servers`);
  try {
    const body = [...commands.values()].map((command) => command.data.toJSON());
    await new REST(rest).setToken(token).put(Routes.applicationCommands(ready.application.id), { body });
    console.log(`Registered ${body.length} commands: ${body.map(({ name }) => `/${name}`).join(", ")}`);
  } catch (error) {
    console.error(`Could not register the commands: ${error.message}`);
  }
});

client.on(Events.InteractionCreate, async (interaction) => {
  if (!interaction.isChatInputCommand()) return;
  const command = commands.get(interaction.commandName);
  if (!command) return;
  try {
    await command.run(interaction);
    console.log(`/${interaction.commandName} by ${interaction.user.tag}`);
  } catch (error) {
    console.error(`/${interaction.commandName} failed:`, error);
    const sorry = { content: "Something went wrong. The console of the bot says what.", flags: MessageFlags.Ephemeral };
    const answer = interaction.deferred || interaction.replied ? interaction.followUp(sorry) : interaction.reply(sorry);
    await answer.catch(() => {});
  }
});

client.on(Events.Error, (error) => console.error(`Connection error: ${error.message}`));
client.on(Events.Warn, (text) => console.warn(text));
client.on(Events.ShardReconnecting, () => console.warn("Connection lost, reconnecting"));
client.on(Events.ShardResume, () => console.log("Connection resumed"));

// discord.js gives up for good on these closes (wrong token, intents that are not switched on …).
client.on(Events.ShardDisconnect, async ({ code }) => {
  if (stopping) return;
  console.error(`Discord closed the connection for good with code ${code} (${GatewayCloseCodes[code] ?? "unknown"})`);
  await client.destroy();
  process.exit(1);
});

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    console.log(`${signal}: signing off`);
    await client.destroy();
    process.exit(0);
  });
}

try {
  await client.login(token);
} catch (error) {
  console.error(`Login failed: ${error.message}`);
  process.exit(1);
}
