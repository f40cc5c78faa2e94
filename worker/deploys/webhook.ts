import { createHash } from "node:crypto";
import type { BotDefinition } from "#contracts/bot";
import type { WebhookAnswer, WebhookPush } from "#contracts/deploy";
import { AppError } from "#contracts/errors";
import { wishedBranch } from "./desk";
import type { Line } from "./line";
import { assertSigned, readPush } from "./push";

/** Pushes that are remembered, so that none is taken twice. */
const PUSHES_KEPT = 1_000;

/** Who hears the pushes of one bot: one after the other, so that of two alike one is the first. */
export function createWebhook(line: Line) {
  const { shelf } = line.desk;
  let last: Promise<unknown> = Promise.resolve();

  async function take(definition: BotDefinition, push: WebhookPush, secret: string): Promise<WebhookAnswer> {
    const bytes = assertSigned(push, secret);
    // The body is what is signed, so it is known by that and by its number.
    const names = [`body ${createHash("sha256").update(bytes).digest("base64url")}`];
    if (push.delivery) names.push(`delivery ${push.delivery}`);
    const seen = await shelf.pushes();
    if (names.some((name) => seen.includes(name))) throw new AppError("webhook_replayed");
    const answer = await answerTo(definition, bytes, push.event ?? "");
    // Only now: what could not be begun may be told again.
    await shelf.putPushes([...seen, ...names].slice(-PUSHES_KEPT));
    return answer;
  }

  async function answerTo(definition: BotDefinition, bytes: Buffer, event: string): Promise<WebhookAnswer> {
    if (!definition.deploy?.settings.webhook) return { outcome: "ignored", why: "off" };
    const { branch, name } = readPush(bytes, event);
    if (branch === undefined) return { outcome: "ignored", why: "event" };
    const followed = wishedBranch(definition) ?? (await shelf.upstream())?.branch;
    if (followed !== undefined && followed !== branch) return { outcome: "ignored", why: "branch" };
    try {
      const request = { local: "keep", again: false } as const;
      const { number } = await line.begin(definition, request, { kind: "webhook", name });
      return { outcome: "started", number };
    } catch (error) {
      // The one that waits takes it along.
      if (error instanceof AppError && error.code === "deploy_busy") return { outcome: "ignored", why: "busy" };
      throw error;
    }
  }

  return (...push: Parameters<typeof take>): Promise<WebhookAnswer> => {
    const done = last.then(() => take(...push));
    last = done.catch(() => {});
    return done;
  };
}
