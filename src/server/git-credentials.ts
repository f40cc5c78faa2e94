import ssh2 from "ssh2";
import { GIT_SEALED, type GitCredentials } from "#contracts/git";
import { seal } from "./seal";

/** An access token for https, sealed for a bot at once. */
export const sealedToken = (botId: string, user: string, token: string): NonNullable<GitCredentials["token"]> => ({
  user,
  sealed: seal(botId, GIT_SEALED.token, token),
});

/** A new deploy key of a bot's own: hosts take one key for one repository only. Its private half is sealed before anyone sees it. */
export function newKey(botId: string): NonNullable<GitCredentials["key"]> {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment: "botyard" });
    // One in two hundred is written so that nobody can read it, OpenSSH neither.
    if (ssh2.utils.parseKey(pair.private) instanceof Error) continue;
    return { publicKey: pair.public, sealed: seal(botId, GIT_SEALED.key, pair.private) };
  }
}
