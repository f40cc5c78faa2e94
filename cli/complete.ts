import type { Argument, Option, Command as Program } from "commander";
import { botPermissions, presets, role } from "#contracts/access";
import { runtimeName } from "#contracts/bot";
import { banKind } from "#contracts/people";
import type { Client } from "./client";
import { operationNames } from "./operations";

/**
 * What may stand where the cursor is: `words` are those behind the program's name, the last one as far as it is typed. Options once a dash
 * is there, else commands, and what the argument or the value of an option there may be: names of bots and tags, operations, permissions, or
 * a choice. Nothing where a file or a text is wanted: then the shell offers its files.
 */
export async function complete(program: Program, parts: readonly string[], client: () => Client): Promise<string[]> {
  const words = joined(parts);
  const typed = words.at(-1) ?? "";
  const { command, place, option } = placeOf(program, words.slice(0, -1));
  const argument = argumentAt(command, place);
  const wanted = option
    ? { name: /[<[]([\w-]+)/.exec(option.flags)?.[1], choices: option.argChoices }
    : { name: argument?.name(), choices: argument?.argChoices };
  const found =
    typed.startsWith("-") && !(option && !option.variadic)
      ? optionsOf(command)
      : [...(place === 0 && !option ? namesOf(command) : []), ...(await valuesOf(wanted, client))];
  const before = typed === parts.at(-1) ? 0 : typed.lastIndexOf(":") + 1;
  return found
    .filter((one) => one.startsWith(typed))
    .map((one) => one.slice(before))
    .sort();
}

/** Bash takes words apart at colons, and has only what is behind the last of them completed. */
function joined(parts: readonly string[]): string[] {
  const words: string[] = [];
  for (const [at, part] of parts.entries())
    if (part === ":" || parts[at - 1] === ":") words.push((words.pop() ?? "") + part);
    else words.push(part);
  return words;
}

/** The command that the words lead to, how many arguments of its own it has by then, and the option whose value comes next. */
function placeOf(program: Program, words: readonly string[]): { command: Program; place: number; option?: Option } {
  let command = program;
  let place = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const option = command.options.find(({ long, short }) => word === long || word === short);
    if (option && (option.required || option.optional)) {
      do {
        if (at === words.length - 1) return { command, place, option };
        at += 1;
      } while (option.variadic && !words[at + 1]?.startsWith("-"));
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

type Names = (client: () => Client) => readonly string[] | Promise<readonly string[]>;

/** A name that a shell would take apart gives way to its id. Without a panel there is none, and nothing to say about it in the midst of a line. */
const namesIn =
  (list: (client: Client) => Promise<readonly { id: string; name: string }[]>): Names =>
  async (client) =>
    (await list(client()).catch(() => [])).map(({ id, name }) => (/^[\w.+-]+$/.test(name) ? name : id));
const bots = namesIn(async (client) => (await client.bots.list()).bots);

/** What there is of the things that arguments and the values of options are called by. */
const known: Readonly<Record<string, Names>> = {
  bot: bots,
  bots,
  tag: namesIn(async (client) => (await client.tags.list()).tags),
  operation: operationNames,
  preset: () => Object.keys(presets),
  permissions: () => botPermissions,
  runtime: () => runtimeName.options,
  role: () => role.options,
  kind: () => banKind.options,
};

const valuesOf = async (
  { name, choices }: { name: string | undefined; choices: readonly string[] | undefined },
  client: () => Client,
): Promise<readonly string[]> =>
  choices ?? (name && Object.hasOwn(known, name) ? await known[name]?.(client) : undefined) ?? [];

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
