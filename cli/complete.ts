import type { Argument, Option, Command as Program } from "commander";
import type { Client } from "./client";
import { operationNames } from "./operations";

/**
 * What may stand where the cursor is: `words` are those behind the program's name, the last one as far as it is typed. Options once a dash
 * is there, else commands, and what the argument there may be: names of bots (a name that a shell would take apart gives way to its id),
 * operations, or a choice. Nothing where a file or a text is wanted: then the shell offers its files.
 */
export async function complete(program: Program, words: readonly string[], client: () => Client): Promise<string[]> {
  const typed = words.at(-1) ?? "";
  const { command, place, option } = placeOf(program, words.slice(0, -1));
  const found = option
    ? (option.argChoices ?? [])
    : typed.startsWith("-")
      ? optionsOf(command)
      : [...(place === 0 ? namesOf(command) : []), ...(await valuesOf(argumentAt(command, place), client))];
  return found.filter((one) => one.startsWith(typed)).sort();
}

/** The command that the words lead to, how many arguments of its own it has by then, and the option whose value comes next. */
function placeOf(program: Program, words: readonly string[]): { command: Program; place: number; option?: Option } {
  let command = program;
  let place = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const option = command.options.find(({ long, short }) => word === long || word === short);
    if (option && (option.required || option.optional)) {
      if (at === words.length - 1) return { command, place, option };
      at += 1;
    } else if (!word.startsWith("-")) {
      const inner = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
      place = inner ? 0 : place + 1;
      command = inner ?? command;
    }
  }
  return { command, place };
}

const optionsOf = ({ options }: Program): string[] =>
  options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []));

/** Commands that nobody types are hidden by their name. */
const namesOf = (command: Program): string[] =>
  command.commands.map((one) => one.name()).filter((name) => !name.startsWith("__"));

function argumentAt({ registeredArguments: all }: Program, place: number): Argument | undefined {
  const last = all.at(-1);
  return all[place] ?? (last?.variadic ? last : undefined);
}

async function valuesOf(argument: Argument | undefined, client: () => Client): Promise<readonly string[]> {
  const name = argument?.name();
  if (name === "operation") return operationNames();
  if (name !== "bot" && name !== "bots") return argument?.argChoices ?? [];
  // Without a panel there is nothing to offer, and nothing to say in the middle of a line that is being typed.
  const { bots } = await client()
    .bots.list()
    .catch(() => ({ bots: [] }));
  return bots.map((bot) => (/^[\w.+-]+$/.test(bot.name) ? bot.name : bot.id));
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
  [[ -n "$found" ]] && compadd -a found || _files
}
compdef _botyard botyard`,
  fish: `function __botyard
  set -l found (botyard __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
  count $found >/dev/null; and printf '%s\\n' $found; or __fish_complete_path (commandline -ct)
end
complete -c botyard -f -a '(__botyard)'`,
} as const;
