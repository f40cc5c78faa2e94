import { type Argument, type OutputConfiguration, Command as Program } from "commander";
import { openClient } from "./client";
import { addAuditCommands } from "./commands/audit";
import { addBotCommands } from "./commands/bots";
import { addCallCommand } from "./commands/call";
import { addCompletionCommand } from "./commands/completion";
import { addConsoleCommands } from "./commands/console";
import { addCreateCommand } from "./commands/create";
import { addDependencyCommands } from "./commands/dependencies";
import { addDeployCommands } from "./commands/deploys";
import { addEnvCommands } from "./commands/env";
import { addFileCommands } from "./commands/files";
import { addImportCommand } from "./commands/import";
import { addIngestCommands } from "./commands/ingest";
import { addInviteCommands } from "./commands/invites";
import { addKeyCommands } from "./commands/keys";
import { addLoginCommands } from "./commands/login";
import { addLogCommands } from "./commands/logs";
import { addMcpCommand } from "./commands/mcp";
import { addMemberCommands } from "./commands/members";
import { addPanelCommands } from "./commands/panel";
import { addPeopleCommands } from "./commands/people";
import { addPowerCommands } from "./commands/power";
import { addSshKeyCommands } from "./commands/ssh-keys";
import { addTagCommands } from "./commands/tags";
import { addTopCommand } from "./commands/top";
import { addUserCommands } from "./commands/user";
import type { Context } from "./context";
import { jsonOf, openOutput } from "./output";

const dryRun = "say what the first change would be, and change nothing";

const exits = `
Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found, 4 not allowed, 5 not reachable.
On the panel's machine the key file under BOTYARD_HOME signs you in; elsewhere botyard login does,
or BOTYARD_URL and BOTYARD_TOKEN (botyard key create makes a token).`;

/** What stands together in --help. */
const groups = {
  "Bots:": [addBotCommands, addPowerCommands, addLogCommands, addConsoleCommands, addTopCommand],
  "New bots:": [addCreateCommand, addIngestCommands, addImportCommand],
  "In a bot:": [addFileCommands, addEnvCommands, addDependencyCommands, addDeployCommands],
  "People:": [
    addMemberCommands,
    addTagCommands,
    addInviteCommands,
    addUserCommands,
    addPeopleCommands,
    addAuditCommands,
  ],
  "Your account:": [addLoginCommands, addKeyCommands, addSshKeyCommands],
  "The panel:": [addPanelCommands, addCallCommand, addMcpCommand, addCompletionCommand],
} as const satisfies Record<string, readonly ((program: Program, context: Context) => void)[]>;

/** The whole command line. Nothing is opened before a command runs. */
export function makeProgram(version: string): Program {
  const program = new Program("botyard");
  const context: Context = () => {
    const dryRun = isSet(program, "dryRun");
    return { client: openClient({ dryRun }), output: openOutput(isSet(program, "json")), dryRun };
  };
  program
    .description("runs and watches your Discord bots")
    .version(version)
    .option("--json", "JSON with stable fields instead of text")
    .option("--dry-run", dryRun)
    .addHelpText("after", exits)
    // Every command has options: to say so of each leaves no room for what it does.
    .configureHelp({
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(termOf)].join(" "),
    })
    // Options behind a command are that command's, also behind one of its own commands.
    .enablePositionalOptions()
    .configureOutput(told(process.argv.includes("--json")))
    .exitOverride();
  for (const [heading, adders] of Object.entries(groups)) {
    program.commandsGroup(heading);
    for (const add of adders) add(program, context);
  }
  program.helpCommand("help [command]", "help on a command");
  program.showHelpAfterError("botyard --help lists the commands.");
  for (const command of everyCommand(program)) {
    command.showHelpAfterError(`${pathOf(command)} --help says how.`);
    command.exitOverride().option("--json", "JSON instead of text");
    // Some say more of what they would do.
    if (!command.options.some(({ long }) => long === "--dry-run")) command.option("--dry-run", dryRun);
  }
  return program;
}

const termOf = (argument: Argument): string => {
  const name = argument.name() + (argument.variadic ? "..." : "");
  return argument.required ? `<${name}>` : `[${name}]`;
};

const pathOf = (command: Program): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

/** With --json what is wrong with a command line is JSON, too. */
const told = (json: boolean): OutputConfiguration =>
  json
    ? {
        writeErr: () => {},
        outputError: (text) => {
          const message = text.replace(/^error: /, "").trim();
          process.stderr.write(`${jsonOf({ error: { code: "bad_input", message } })}\n`);
        },
      }
    : {};

function everyCommand(program: Program): Program[] {
  return program.commands.flatMap((command) => [command, ...everyCommand(command)]);
}

// Options of all commands may stand before or after the command.
const isSet = (program: Program, option: "json" | "dryRun"): boolean =>
  [program, ...everyCommand(program)].some((command) => command.opts()[option] === true);
