import type { Deploy, DeployState, WebhookAnswer } from "#contracts/deploy";
import type { RpcName } from "#contracts/rpc";

const commitOf = (letter: string, subject: string) => ({ id: letter.repeat(40), author: "Ada", at: 1, subject });

/** What runs, what is new, and what ran before, of a bot of the worker that does nothing. */
export const commits = {
  now: commitOf("a", "first"),
  new: commitOf("b", "second"),
  old: commitOf("c", "before the first"),
};

const state: DeployState = {
  url: "https://git.example/bot.git",
  branch: "main",
  commit: commits.now,
  branches: ["main"],
  ahead: [commits.new],
  aheadMore: false,
  diverged: false,
  changes: [],
  changesMore: false,
};

const deploy: Omit<Deploy, "botId" | "cause"> = {
  number: 1,
  branch: "main",
  from: commits.now,
  to: commits.old,
  startedAt: 1,
  status: { state: "running", step: "queued" },
};

/** How a worker that does nothing answers about deploys; `push` is what comes of a push that it takes for signed. */
export const deployAnswers = (push: () => WebhookAnswer): { [Name in RpcName]?: (input: never) => unknown } => ({
  "deploys.state": () => state,
  "deploys.list": ({ botId }: { botId: string }) => ({
    deploys: [{ ...deploy, botId, cause: { kind: "local", name: "local" } }],
  }),
  "deploys.get": ({ botId, number }: { botId: string; number: number }) => ({
    ...deploy,
    number,
    botId,
    cause: { kind: "local", name: "local" },
  }),
  "deploys.log": () => ({ text: "Fetching\n", end: 9, ended: false }),
  "deploys.start": ({ botId, cause }: { botId: string; cause: Deploy["cause"] }) => ({ ...deploy, botId, cause }),
  "deploys.cancel": ({ botId, number }: { botId: string; number: number }) => ({
    ...deploy,
    number,
    botId,
    cause: { kind: "local", name: "local" },
    status: { state: "cancelled" },
  }),
  "deploys.webhook": push,
});
