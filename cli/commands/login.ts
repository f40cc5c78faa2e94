import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command as Program } from "commander";
import { z } from "zod";
import { openClient } from "../client";
import type { Context } from "../context";
import { loginFile, readAccess } from "../env";
import { Failure } from "../failure";
import { forgetLogin, keepLogin } from "../login";
import { plain } from "../output";

const address = z.url({ protocol: /^https?$/ });

/** login, logout: a key of one's own, allowed in the browser, for a panel anywhere. */
export function addLoginCommands(program: Program, context: Context): void {
  program
    .command("login")
    .argument("[url]", "address of the panel; without one, the panel of this machine")
    .option("--name <name>", "how the key is called on your account page", hostname())
    .description("sign in through the browser; from then on every command asks that panel")
    .action(async (url: string | undefined, { name }: { name: string }) => {
      const to = (url ?? readAccess().url).replace(/\/+$/, "");
      if (!address.safeParse(to).success)
        throw Failure.use(`“${plain(to)}” is no address. Write it like https://bots.example.org.`);
      const access = { url: to, token: null, source: "none", home: "" } as const;
      const client = openClient({ access });
      const { deviceCode, userCode, page, expiresAt, askEveryMs } = await client.device.begin({
        name: name.slice(0, 64),
      });
      process.stderr.write(
        `Open ${to}${page}?code=${userCode} in a browser, compare the code ${userCode}, and allow it.\n`,
      );
      while (Date.now() < expiresAt) {
        await sleep(askEveryMs);
        const answer = await client.device.token({ deviceCode });
        if (answer.state === "waiting") continue;
        keepLogin(loginFile(), { url: to, token: answer.token });
        const me = await openClient({ access: { ...access, token: answer.token } }).account.me();
        return context().output.result({ url: to, ...me }, () => [`Signed in to ${to} as ${plain(me.name)}.`]);
      }
      throw new Failure("timed_out", "Nobody allowed it in time. Run botyard login again.", 1);
    });
  program
    .command("logout")
    .description("end the key that login made, and forget it")
    .action(async () => {
      const { source } = readAccess();
      const { client, output } = context();
      if (source !== "login") throw Failure.use("botyard login was not used here.");
      try {
        await client.account.keys.revokeThis();
      } catch (error) {
        if (!(error instanceof Failure && ["not_signed_in", "not_reachable"].includes(error.code))) throw error;
      }
      forgetLogin(loginFile());
      output.result({ signedOut: true }, () => ["Signed out."]);
    });
}
