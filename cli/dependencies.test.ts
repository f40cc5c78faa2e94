import { expect, test } from "vitest";
import { requestOf } from "./commands/dependencies";

test.each([
  ["discord.js", "discord.js", ""],
  ["discord.js@^14.2", "discord.js", "^14.2"],
  ["@discordjs/voice", "@discordjs/voice", ""],
  ["@discordjs/voice@>=0.17 <1", "@discordjs/voice", ">=0.17 <1"],
  ["discord.py[voice]>=2.3,<3", "discord.py[voice]", ">=2.3,<3"],
  ["aiohttp ~=3.9", "aiohttp", "~=3.9"],
  ["--registry=x", "--registry", "=x"],
])("%s is asked for as %s and %j", (text, name, range) => {
  expect(requestOf(text)).toEqual({ name, range });
});
