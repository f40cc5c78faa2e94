import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { WebhookPush } from "#contracts/deploy";
import { AppError } from "#contracts/errors";

/** What a push says: of which branch, and who pushed. `branch` absent: it is no push of a branch. */
export type Push = { branch?: string; name: string };

/** Names a push, so that the same one is not taken twice. */
export type Seen = { body: string; delivery: string | undefined };

/** Whether a push is signed with the secret: over the bytes as they came, compared in constant time. AppError webhook_refused. */
export function assertSigned({ body, signature = "", token = "" }: WebhookPush, secret: string): Buffer {
  const bytes = Buffer.from(body, "base64");
  const wanted = createHmac("sha256", secret).update(bytes).digest();
  const given = Buffer.from(/^(?:sha256=)?([0-9a-f]{64})$/i.exec(signature)?.[1] ?? "", "hex");
  const isSigned = given.length === wanted.length && timingSafeEqual(given, wanted);
  if (!isSigned && !(token !== "" && isEqual(token, secret))) throw new AppError("webhook_refused");
  return bytes;
}

function isEqual(one: string, other: string): boolean {
  const hash = (text: string) => createHmac("sha256", "compare").update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}

const text = z.string().catch("");
const pushed = z.object({
  ref: text,
  pusher: z.object({ name: text, username: text, login: text }).partial().optional().catch(undefined),
  user_name: text.optional(),
  /** Bitbucket. */
  push: z
    .object({ changes: z.array(z.object({ new: z.object({ name: text, type: text }).nullable() }).partial()) })
    .optional()
    .catch(undefined),
  actor: z.object({ display_name: text }).partial().optional().catch(undefined),
});

/** Reads what was signed. What is no push of a branch has none. */
export function readPush(bytes: Buffer, event: string): Push {
  if (event !== "" && !/^(push|push hook|repo:push)$/i.test(event)) return { name: "" };
  let body: unknown;
  try {
    body = JSON.parse(textOf(bytes.toString("utf8")));
  } catch {
    return { name: "" };
  }
  const read = pushed.safeParse(body);
  if (!read.success) return { name: "" };
  const { ref, pusher, user_name, push, actor } = read.data;
  const change = push?.changes.find((one) => one.new?.type === "branch")?.new;
  const branch = ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : change?.name;
  const name = pusher?.name || pusher?.login || pusher?.username || user_name || actor?.display_name || "";
  return { ...(branch && { branch }), name: plain(name) };
}

/** GitHub and Gitea send a form with one field unless told otherwise. */
const textOf = (sent: string): string =>
  sent.startsWith("payload=") ? (new URLSearchParams(sent).get("payload") ?? "") : sent;

const plain = (name: string): string =>
  name
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .trim()
    .slice(0, 100);
