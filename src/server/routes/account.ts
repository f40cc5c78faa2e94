import { whoAsks } from "../account";
import { sessionCookieWith } from "../auth";
import { beginLink, unlinkDiscord } from "../discord/link";
import { type Asked, open, signedIn } from "../gate";
import { addPasskey, beginPasskey, listPasskeys, removePasskey, renamePasskey } from "../passkeys/index";
import { beginPasskeySignIn } from "../passkeys/sign-in";
import { changePreferences, readPreferences } from "../preferences";
import { changeEmail, changePassword, rename } from "../profile";
import { makeReset, resetPassword } from "../reset";
import { readSecurity } from "../security";
import { listSessions, revokeOtherSessions, revokeSession, type SessionCode } from "../sessions";
import { beginTwoFactor, disableTwoFactor, enableTwoFactor, renewCodes } from "../two-factor/index";
import { done } from "./answer";

const { account } = signedIn;

/** Says under which session this browser goes on, after what signs its person in has changed. */
async function goOn({ answer }: Pick<Asked, "answer">, session: SessionCode | null): Promise<Record<string, never>> {
  if (session) answer.headers = { "set-cookie": await sessionCookieWith(session) };
  return {};
}

export const accountRoutes = {
  me: account.me.handler(({ context }) => whoAsks(context.actor)),
  rename: account.rename.handler(({ context, input }) => rename(context.actor, input.name)),
  changeEmail: account.changeEmail.handler(({ context, input }) => changeEmail(context.actor, input)),
  changePassword: account.changePassword.handler(async ({ context, input }) =>
    goOn(context, await changePassword(context.actor, input, context.headers)),
  ),
  security: account.security.handler(({ context }) => readSecurity(context.actor)),
  preferences: {
    read: account.preferences.read.handler(({ context }) => readPreferences(context.actor)),
    change: account.preferences.change.handler(({ context, input }) => changePreferences(context.actor, input)),
  },
  sessions: {
    list: account.sessions.list.handler(({ context }) => listSessions(context.actor)),
    end: account.sessions.end.handler(({ context, input }) => done(revokeSession(context.actor, input.sessionId))),
    endOthers: account.sessions.endOthers.handler(({ context }) => revokeOtherSessions(context.actor)),
  },
  twoFactor: {
    begin: account.twoFactor.begin.handler(({ context, input }) => beginTwoFactor(context.actor, input.password)),
    enable: account.twoFactor.enable.handler(async ({ context, input }) => {
      const { codes, session } = await enableTwoFactor(context.actor, input.code, context.headers);
      await goOn(context, session);
      return { codes };
    }),
    disable: account.twoFactor.disable.handler(async ({ context, input }) =>
      goOn(context, await disableTwoFactor(context.actor, input, context.headers)),
    ),
    renewCodes: account.twoFactor.renewCodes.handler(({ context, input }) => renewCodes(context.actor, input)),
  },
  passkeys: {
    list: account.passkeys.list.handler(({ context }) => listPasskeys(context.actor)),
    begin: account.passkeys.begin.handler(({ context, input }) => beginPasskey(context.actor, input, context.headers)),
    add: account.passkeys.add.handler(({ context, input }) => addPasskey(context.actor, input, context.headers)),
    rename: account.passkeys.rename.handler(({ context, input }) => renamePasskey(context.actor, input)),
    remove: account.passkeys.remove.handler(({ context, input }) =>
      done(removePasskey(context.actor, input.passkeyId)),
    ),
  },
  discord: {
    link: account.discord.link.handler(async ({ context, input }) => {
      context.answer.headers = { "set-cookie": await beginLink(context.actor, input.password) };
      return {};
    }),
    unlink: account.discord.unlink.handler(({ context }) => done(unlinkDiscord(context.actor))),
  },
};

export const signInRoutes = {
  passkey: open.signIn.passkey.handler(({ context }) => beginPasskeySignIn(context.headers)),
  reset: open.signIn.reset.handler(({ context, input }) => resetPassword(input, context.address)),
  makeReset: signedIn.signIn.makeReset.handler(({ context, input }) => makeReset(context.actor, input)),
};
