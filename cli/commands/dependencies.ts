import { setTimeout as sleep } from "node:timers/promises";
import type { Command as Program } from "commander";
import type { DependencyView, DependencyWork } from "#contracts/dependencies";
import { AppError, fill, isErrorCode } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { findBot } from "../bots";
import type { Client } from "../client";
import type { Context } from "../context";
import { Failure } from "../failure";
import { table } from "../output";

/** How often it is asked how far the work is, ms. */
const LOOK_MS = 500;

/** deps list, outdated, audit, add, remove. */
export function addDependencyCommands(program: Program, context: Context): void {
  const deps = program.command("deps").description("a bot's dependencies: what is asked for, what is installed");
  const add = (name: string, description: string) =>
    deps.command(name).argument("<bot>", "name or id").description(description);
  const open = async (word: string) => {
    const { client, output } = context();
    return { client, output, botId: (await findBot(client, word)).id };
  };

  add("list", "what the manifest asks for, and what is installed of it").action(async (word: string) => {
    const { client, output, botId } = await open(word);
    output.result(await client.dependencies.list({ botId }), ({ dependencies, broken }) => [
      ...table(
        ["PACKAGE", "ASKED", "INSTALLED", "STATE", "FILE"],
        dependencies.map((one) => [one.name, one.wanted, one.installed ?? "-", one.state, one.file]),
      ),
      ...broken.map(({ file, detail }) => fill(en.dependencies.broken, { file: file, detail: detail })),
    ]);
  });

  add("outdated", "what has a newer version, as its package manager says").action(async (word: string) => {
    const { client, output, botId } = await open(word);
    output.result(await check(client, botId), (report) => [
      ...table(
        ["PACKAGE", "CURRENT", "WANTED", "LATEST"],
        (report.outdated ?? []).map((one) => [one.name, one.current, one.wanted, one.latest]),
      ),
      ...troublesOf(report, "outdated"),
    ]);
  });

  add("audit", "what is known to be vulnerable, as its package manager says").action(async (word: string) => {
    const { client, output, botId } = await open(word);
    const report = await check(client, botId);
    output.result(report, ({ vulnerable }) => [
      ...table(
        ["PACKAGE", "VERSIONS", "SEVERITY", "WHAT"],
        (vulnerable ?? []).map((one) => [one.name, one.range, one.severity, one.title]),
      ),
      ...troublesOf(report, "vulnerable"),
    ]);
    if (report.vulnerable?.length) process.exitCode = 1;
  });

  add("add", "install a package and write it into the manifest")
    .argument("<package>", "its name; with a version or range behind it: discord.js@^14, discord.py[voice]>=2.3")
    .option("--start", "start the bot when it is done")
    .action(async (word: string, text: string, options: { start?: boolean }) => {
      const { client, output, botId } = await open(word);
      const { work } = await client.dependencies.install({ botId, ...requestOf(text), start: options.start });
      output.result(await finished(client, botId, work), ({ what }) => [`${what.name} is installed.`]);
    });

  add("remove", "remove a package and take it out of the manifest")
    .argument("<package>", "its name")
    .action(async (word: string, name: string) => {
      const { client, output, botId } = await open(word);
      const { work } = await client.dependencies.remove({ botId, name });
      output.result(await finished(client, botId, work), ({ what }) => [`${what.name} is removed.`]);
    });
}

/** A name and what stands behind it, as npm and pip write it. */
export function requestOf(text: string): { name: string; range: string } {
  const match = /^(@?[^@<>=!~]+?)(?:@|\s*(?=[<>=!~]))(.*)$/s.exec(text);
  return match ? { name: match[1] ?? "", range: match[2] ?? "" } : { name: text, range: "" };
}

type Report = NonNullable<DependencyView["report"]>;

async function check(client: Client, botId: string): Promise<Report> {
  const { work } = await client.dependencies.check({ botId });
  await finished(client, botId, work);
  const { report } = await client.dependencies.list({ botId });
  if (!report) throw new Failure("failed", en.dependencies.failed.check, 1);
  return report;
}

const troublesOf = ({ troubles }: Report, about: Report["troubles"][number]["about"]): string[] =>
  troubles
    .filter((one) => one.about === about)
    .map(({ why, detail }) => {
      const reason = fill(en.dependencies.trouble[why], { detail: detail });
      return `${en.dependencies.about[about]}: ${reason}`;
    });

/** Waits until a piece of work is done. Fails as it failed. */
async function finished(client: Client, botId: string, asked: DependencyWork) {
  for (let work = asked; ; ) {
    if (work.state === "done") return work;
    if (work.state === "failed") {
      const { code, values } = work;
      throw isErrorCode(code) ? Failure.of(code, new AppError(code, values).message) : new Failure(code, code, 1);
    }
    await sleep(LOOK_MS);
    ({ work } = await client.dependencies.list({ botId }));
  }
}
