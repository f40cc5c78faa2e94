import { setTimeout as sleep } from "node:timers/promises";
import { InvalidArgumentError, Option, type Command as Program } from "commander";
import type { Commit, Deploy } from "#contracts/deploy";
import { fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { findBot } from "../bots";
import type { Client } from "../client";
import type { Context } from "../context";
import { Failure } from "../failure";
import { duration, type Output, table } from "../output";

type Options = { commit?: string; keepLocal?: boolean; discardLocal?: boolean; wait?: boolean };

const words = en.deploys;
const ASK_EVERY_MS = 500;

/** deploy, and deploys check, list, show, redeploy. */
export function addDeployCommands(program: Program, context: Context): void {
  const open = async (word: string) => {
    const { client, output } = context();
    return { client, output, botId: (await findBot(client, word)).id };
  };
  const making = (command: Program) =>
    command
      .addOption(
        new Option("--keep-local", "leave files that were changed here (as without it)").conflicts("discardLocal"),
      )
      .addOption(new Option("--discard-local", "put the repository's in place of files that were changed here"))
      .option("--no-wait", "do not wait until it has ended");

  making(program.command("deploy").argument("<bot>", "name or id").description("update a bot from its repository"))
    .option("--commit <id>", "one commit, by its full name or the first seven or more of it; otherwise the newest")
    .action(async (word: string, options: Options) => {
      const { client, output, botId } = await open(word);
      const commit = options.commit === undefined ? undefined : await fullName(client, botId, options.commit);
      await finish(client, output, options, await client.deploys.start({ botId, commit, local: localOf(options) }));
    });

  const deploys = program
    .command("deploys")
    .description("what was deployed to a bot, and what is new in its repository");
  deploys
    .command("check")
    .argument("<bot>", "name or id")
    .description("ask its repository what is new")
    .action(async (word: string) => {
      const { client, output, botId } = await open(word);
      output.result(await client.deploys.check({ botId }), (state) => [
        state.commit ? lineOf(state.commit) : words.now.unknown,
        ...(state.diverged ? [words.now.diverged] : []),
        ...(state.ahead.length === 0 && !state.diverged ? [words.now.upToDate] : []),
        ...state.ahead.map((commit) => `+ ${lineOf(commit)}`),
        ...state.changes.map(({ path, kind }) => `~ ${path} (${words.changes.kind[kind]})`),
      ]);
    });
  deploys
    .command("list")
    .argument("<bot>", "name or id")
    .description("its deploys, newest first")
    .action(async (word: string) => {
      const { client, output, botId } = await open(word);
      output.result(await client.deploys.list({ botId }), (value) =>
        value.deploys.length === 0
          ? [words.history.empty]
          : table(["NR", "OUTCOME", "COMMIT", "BY", "WHEN", "TOOK"], value.deploys.map(rowOf)),
      );
    });
  deploys
    .command("show")
    .argument("<bot>", "name or id")
    .argument("<number>", "as deploys list shows it", numberOf)
    .description("one deploy with its log")
    .action(async (word: string, number: number) => {
      const { client, output, botId } = await open(word);
      const deploy = await client.deploys.get({ botId, number });
      const log = await readLog(client, deploy);
      output.result({ ...deploy, log }, (value) => [...outcomeOf(value), ...log.split("\n")]);
    });
  making(
    deploys
      .command("redeploy")
      .argument("<bot>", "name or id")
      .argument("<number>", "as deploys list shows it", numberOf)
      .description("deploy the commit of an earlier deploy again"),
  ).action(async (word: string, number: number, options: Options) => {
    const { client, output, botId } = await open(word);
    await finish(client, output, options, await client.deploys.redeploy({ botId, number, local: localOf(options) }));
  });
}

const localOf = ({ discardLocal }: Options) => (discardLocal ? "discard" : "keep");
const lineOf = ({ id, subject, author }: Commit): string => `${id.slice(0, 7)} ${subject} (${author})`;

/** Waits for its end and says how it was; exit 1 when the bot does not have what was asked for. */
async function finish(client: Client, output: Output, { wait }: Options, begun: Deploy): Promise<void> {
  const { botId, number } = begun;
  let now = begun;
  while (wait !== false && now.endedAt === undefined) {
    await sleep(ASK_EVERY_MS);
    now = await client.deploys.get({ botId, number });
  }
  const { status } = now;
  if (status.state === "failed" || status.state === "rolledBack") throw new Failure(status.code, sentence(now), 1);
  if (status.state === "cancelled" || status.state === "interrupted") throw new Failure(status.state, sentence(now), 1);
  output.result(now, outcomeOf);
}

function sentence({ status }: Deploy): string {
  if (status.state === "failed" || status.state === "rolledBack") return status.message;
  return status.state === "cancelled" || status.state === "interrupted" ? words.say[status.state] : "";
}

const outcomeOf = (deploy: Deploy): string[] => [
  `${deploy.number}: ${words.outcome[deploy.status.state]}${deploy.to ? `, ${lineOf(deploy.to)}` : ""}`,
  ...(sentence(deploy) ? [sentence(deploy)] : []),
];

const rowOf = ({ number, status, to, branch, cause, startedAt, endedAt }: Deploy): string[] => [
  String(number),
  words.outcome[status.state],
  to ? `${to.id.slice(0, 7)} ${to.subject}` : fill(words.history.toUnknown, { branch }),
  fill(cause.kind === "webhook" ? words.history.webhook : words.history.who, { name: cause.name }),
  new Date(startedAt).toISOString(),
  endedAt === undefined ? "" : duration(endedAt - startedAt),
];

/** A commit that is known to be new, or was deployed, by the beginning of its name. */
async function fullName(client: Client, botId: string, text: string): Promise<string> {
  const start = text.toLowerCase();
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(start)) return start;
  if (!/^[0-9a-f]{7,}$/.test(start))
    throw Failure.use("A commit is named by seven or more of its letters a–f and digits.");
  const { ahead, commit } = await client.deploys.state({ botId });
  const { deploys } = await client.deploys.list({ botId });
  const known = [...ahead, commit, ...deploys.flatMap(({ from, to }) => [from, to])];
  const [first, ...others] = new Set(known.flatMap((one) => (one?.id.startsWith(start) ? [one.id] : [])));
  if (first === undefined || others.length > 0)
    throw Failure.use(
      `${first ? "Several commits begin" : "No known commit begins"} with ${start}. Use the full name.`,
    );
  return first;
}

async function readLog(client: Client, { botId, number }: Deploy): Promise<string> {
  let text = "";
  for (let after = 0; ; ) {
    const piece = await client.deploys.log({ botId, number, after });
    text += piece.text;
    if (piece.ended || piece.end <= after) return text;
    after = piece.end;
  }
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1 on.");
  return Number(text);
}
