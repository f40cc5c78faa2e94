import { z } from "zod";
import { AppError, fill } from "#contracts/errors";
import { en } from "#contracts/words/en";

const { prompts: words } = en.tools;

/** Ready questions that a client offers its user. */
const prompts = {
  troubleshoot_bot: { words: words.troubleshoot, arguments: ["bot"] },
  explain_crash: { words: words.crash, arguments: ["bot"] },
} as const;

const isPrompt = (name: string): name is keyof typeof prompts => Object.hasOwn(prompts, name);

/** The prompts as MCP lists them. */
export const listPrompts = () =>
  Object.entries(prompts).map(
    ([
      name,
      {
        words: { description },
        arguments: asked,
      },
    ]) => ({
      name,
      description,
      arguments: asked.map((one) => ({ name: one, description: words.bot, required: true })),
    }),
  );

const given = z.object({ bot: z.string().trim().min(1).max(100) });

/** A prompt with its places filled. AppError tool_unknown, bad_input. */
export function fillPrompt(name: string, values: unknown): { description: string; text: string } {
  if (!isPrompt(name)) throw new AppError("tool_unknown", { name });
  const read = given.safeParse(values);
  if (!read.success) throw new AppError("bad_input", { detail: en.tools.botWanted });
  const { description, text } = prompts[name].words;
  return { description, text: fill(text, { bot: JSON.stringify(read.data.bot) }) };
}
