import { SlashCommandBuilder, version } from "discord.js";

/** Every slash command: what Discord is told of it, and what it does. Add yours to the list. */
const list = [
  {
    data: new SlashCommandBuilder().setName("ping").setDescription("Is the bot awake?"),
    async run(interaction) {
      const age = Date.now() - interaction.createdTimestamp;
      await interaction.reply(`Pong! Your message took ${Math.max(age, 0)} ms.`);
    },
  },
  {
    data: new SlashCommandBuilder().setName("about").setDescription("What this bot is and how long it has been up"),
    async run(interaction) {
      const minutes = Math.floor(process.uptime() / 60);
      const { size } = interaction.client.guilds.cache;
      await interaction.reply(
        `I run on discord.js ${version} and Node ${process.versions.node}, in ${size} servers, for ${minutes} minutes now.`,
      );
    },
  },
];

export const commands = new Map(list.map((command) => [command.data.name, command]));
