import { stat } from "node:fs/promises";
import { userInfo } from "node:os";
import type { Command as Program } from "commander";
import type { z } from "zod";
import { homePaths } from "#contracts/home";
import type { check } from "#contracts/host";
import type { Context } from "../context";
import { readAccess } from "../env";
import { Failure } from "../failure";
import { askHidden, readStdin } from "../input";

type Check = z.infer<typeof check>;

/** setup, doctor. */
export function addPanelCommands(program: Program, context: Context): void {
  program
    .command("setup")
    .requiredOption("--email <address>", "e-mail of the first account")
    .option("--name <name>", "its name", userInfo().username)
    .option("--password-stdin", "read its password from standard input; otherwise a terminal is asked for it")
    .description("create the first account, on the panel's own machine")
    .action(async (options: { email: string; name: string; passwordStdin?: true }) => {
      const { client, output } = context();
      const password = options.passwordStdin ? await readStdin("the password") : await askHidden("Its password");
      if (!password) throw Failure.use("Pipe its password into standard input, and say --password-stdin.");
      output.result(await client.setup.create({ name: options.name, email: options.email, password }), (made) => [
        `${made.email} is the admin of this panel.`,
      ]);
    });

  program
    .command("doctor")
    .description("check the panel and this machine, and say what to do")
    .action(async () => {
      const { client, output } = context();
      const checks = [...(await ownChecks()), ...(await panelChecks(client))];
      output.result({ checks }, (value) =>
        value.checks.flatMap(({ state, id, seen, todo }) => [
          `${state.padEnd(4)}  ${id}: ${seen}`,
          ...(todo ? [`      → ${todo}`] : []),
        ]),
      );
      if (checks.some((one) => one.state === "bad")) process.exitCode = 1;
    });
}

async function panelChecks(client: ReturnType<Context>["client"]): Promise<Check[]> {
  try {
    return (await client.panel.doctor()).checks;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ id: "panel", state: "bad", seen: error.message, todo: "npm start starts the panel." }];
  }
}

async function ownChecks(): Promise<Check[]> {
  const access = readAccess();
  const node: Check = {
    id: "cli",
    state: "ok",
    seen: `Node ${process.versions.node}; panel at ${access.url}, ${access.source === "none" ? "not signed in" : `signed in by ${access.source}`}`,
  };
  if (access.source !== "key file" || access.home === null) return [node];
  const { mode } = await stat(homePaths(access.home).cliKey);
  const key: Check =
    mode & 0o077
      ? {
          id: "key-file",
          state: "bad",
          seen: "others can read the key file",
          todo: "chmod 600 it, and look who has a login here.",
        }
      : { id: "key-file", state: "ok", seen: "only its owner can read the key file" };
  return [node, key];
}
