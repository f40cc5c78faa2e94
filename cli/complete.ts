import type { Command as Program } from "commander";
import type { Client } from "./client";
import { operations } from "./operations";

/**
 * What may stand where the cursor is: `words` are those behind the program's name, the last one as far as it is typed. Options once a dash
 * is there, else commands, and where a command wants bots, their names; a name with spaces gives way to its id.
 */
export async function complete(program: Program, words: readonly string[], client: () => Client): Promise<string[]> {
  const typed = words.at(-1) ?? "";
  let command = program;
  for (const word of words.slice(0, -1))
    command = command.commands.find((one) => one.name() === word || one.aliases().includes(word)) ?? command;
  const found = typed.startsWith("-")
    ? command.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []))
    : [...namesOf(command), ...(await valuesOf(command, client))];
  return found.filter((one) => one.startsWith(typed)).sort();
}

/** Commands that nobody types are hidden by their name. */
const namesOf = (command: Program): string[] =>
  command.commands.map((one) => one.name()).filter((name) => !name.startsWith("__"));

async function valuesOf(command: Program, client: () => Client): Promise<string[]> {
  const wanted = command.registeredArguments.map((argument) => argument.name());
  if (wanted.includes("operation")) return operations().map(({ name }) => name);
  if (!wanted.some((name) => name === "bot" || name === "bots")) return [];
  // Without a panel there is nothing to offer, and nothing to say in the middle of a line that is being typed.
  const { bots } = await client()
    .bots.list()
    .catch(() => ({ bots: [] }));
  return bots.map(({ id, name }) => (/^[\w.@:+-]+$/.test(name) ? name : id));
}

/** What a shell reads to complete `botyard`. */
export const shells = {
  bash: `_botyard() {
  local IFS=$'\\n'
  COMPREPLY=($(botyard __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _botyard botyard`,
  zsh: `#compdef botyard
_botyard() {
  local -a found
  found=("\${(@f)$(botyard __complete -- "\${words[@]:1:$((CURRENT - 1))}" 2>/dev/null)}")
  compadd -a found
}
compdef _botyard botyard`,
  fish: `complete -c botyard -f -a '(botyard __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
} as const;
