import type { BlockList } from "node:net";
import type { BotId } from "#contracts/bot";
import type { GitCredentials } from "#contracts/git";
import { resolveHost } from "../imports/address";
import type { Unseal } from "../supervisor/unseal";
import { type Remote, secretOf } from "./access";
import { gitAddress } from "./address";
import { assertGit } from "./call";

/** How this worker reaches repositories: `allowed` are private networks that it may. */
export type Reach = { allowed: BlockList; caFile: string | undefined; unseal: Unseal | undefined };

/** A remote whose host was looked at just now. AppError git_scheme, git_not_installed, git_address_forbidden, git_unreachable. */
export async function openRemote(
  url: string,
  botId: BotId,
  credentials: GitCredentials | undefined,
  { allowed, caFile, unseal }: Reach,
): Promise<Omit<Remote, "knownHosts">> {
  const address = gitAddress(url);
  await assertGit();
  const pinned = await resolveHost(address.host, allowed);
  const secret = credentials && unseal ? secretOf(botId, credentials, unseal) : () => ({});
  return { address, pinned, caFile, secret };
}
