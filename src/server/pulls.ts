import type { Actor } from "#contracts/access";
import type { PullRequest, TransferView } from "#contracts/transfer";
import { database } from "#prisma/db";
import { assertMay, personOf } from "./access";
import { auditAround } from "./audit";
import { workerOf } from "./worker";

/** Fetches a file from an address. Writing over one that is there asks for more than a new one. */
export async function pullFile(
  actor: Actor,
  { botId, ...request }: { botId: string } & PullRequest,
): Promise<TransferView> {
  const { nodeId, hiddenPaths: hidden } = await assertMay(actor, "file:upload", botId);
  if (request.conflict === "overwrite") await assertMay(actor, "file:write", botId);
  const { to, conflict } = request;
  const detail = { source: withoutSecrets(request.url), path: to, conflict };
  return auditAround(database(), actor, { action: "file.pull", botId, detail }, () =>
    workerOf(nodeId).ask("transfers.pull", { hidden, botId, owner: personOf(actor), keyId: actor.keyId, request }),
  );
}

/** An address as it may be remembered: what stands behind the question mark is often a key, and before an @ a password. */
function withoutSecrets(text: string): string {
  if (!URL.canParse(text)) return "";
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}
