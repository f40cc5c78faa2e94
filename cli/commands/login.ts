import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command as Program } from "commander";
import { DEVICE } from "#contracts/api/device";
import { type Client, openClient } from "../client";
import type { Context } from "../context";
import { loginFile, readAccess, readAddress } from "../env";
import { Failure } from "../failure";
import { keepLogins, readLogins } from "../login";
import { say, table } from "../output";

/** login, logout, panels: a key of one's own, allowed in the browser, for each of several panels anywhere. */
export function addLoginCommands(program: Program, context: Context): void {
  program
    .command("login")
    .argument("[url]", "address of the panel; without one, the panel of this machine")
    .option("--name <name>", "name of the key on your account page", hostname())
    .description("sign in through the browser; later commands ask that panel")
    .action(async (given: string | undefined, { name }: { name: string }) => {
      const { output, dryRun } = context();
      const url = given === undefined ? readAccess().url : readAddress(given, "This");
      const clientWith = (token: string | null): Client =>
        openClient({ access: { url, token, source: "login", home: null }, dryRun });
      if (isOpenToOthers(url)) say(`${url} is not encrypted: whoever is on the way can read your key. Use https.`);
      const token = await fetchToken(clientWith(null), url, name);
      const { panels } = readLogins(loginFile());
      keepLogins(loginFile(), { panels: [{ url, token }, ...panels.filter((one) => one.url !== url)] });
      for (const old of panels.filter((one) => one.url === url)) await endKey(clientWith(old.token));
      const me = await clientWith(token).account.me();
      output.result({ url, ...me }, () => [`Signed in to ${url} as ${me.name}.`]);
    });
  program
    .command("logout")
    .argument("[url]", "address of the panel; without one, the panel that is asked")
    .description("end the key that login made, and forget it")
    .action(async (given?: string) => {
      const { output, dryRun } = context();
      const { panels } = readLogins(loginFile());
      const url = given === undefined ? readAccess().url : readAddress(given, "This");
      const own = panels.find((one) => one.url === url);
      if (!own) throw Failure.use(`botyard login was not used for ${url} here.`);
      await endKey(openClient({ access: { ...own, source: "login", home: null }, dryRun }));
      keepLogins(loginFile(), { panels: panels.filter((one) => one !== own) });
      output.result({ signedOut: true }, () => [`Signed out of ${url}.`]);
    });
  program
    .command("panels")
    .option("--use <url>", "ask this one from now on")
    .description("the panels you are signed in to; BOTYARD_URL picks one for a single command")
    .action(({ use }: { use?: string }) => {
      const { output, dryRun } = context();
      let { panels } = readLogins(loginFile());
      if (use !== undefined) {
        const url = readAddress(use, "This");
        const one = panels.find((each) => each.url === url);
        if (!one) throw Failure.of("not_found", `You are not signed in to ${url}. Run botyard login ${url}.`);
        panels = [one, ...panels.filter((each) => each !== one)];
        if (!dryRun) keepLogins(loginFile(), { panels });
      }
      const asked = readAccess().url;
      const rows = panels.map(({ url }) => ({ url, asked: url === asked }));
      output.result({ panels: rows }, () =>
        rows.length === 0
          ? ["None. botyard login <url> signs you in."]
          : table(
              ["", "PANEL"],
              rows.map((one) => [one.asked ? "*" : "", one.url]),
            ),
      );
    });
}

const isOpenToOthers = (url: string): boolean => {
  const { protocol, hostname: host } = new URL(url);
  return protocol === "http:" && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(host);
};

/** Shows a code, and waits until somebody allowed it. */
async function fetchToken(client: Client, url: string, name: string): Promise<string> {
  const begun = await client.device.begin({ name: name.slice(0, 64) });
  const { deviceCode, userCode, page, askEveryMs } = begun;
  say(`Open ${url}${page}?code=${userCode} in a browser, compare the code ${userCode}, and allow it.`);
  // By a clock of this machine: the panel's may be another.
  for (const until = Date.now() + DEVICE.livesMs; Date.now() < until; ) {
    await sleep(Math.max(askEveryMs, DEVICE.askEveryMs));
    const answer = await client.device.token({ deviceCode }).catch(waiting);
    if (answer.state === "allowed") return answer.token;
  }
  throw new Failure("timed_out", "Nobody allowed it in time. Run botyard login again.", 1);
}

/** A panel that is away for a moment, while it is started again, is no refusal. */
function waiting(error: unknown): { state: "waiting" } {
  if (error instanceof Failure && error.exit === 5) return { state: "waiting" };
  throw error;
}

/** A key that opens nothing any more has ended already; and one whose panel is gone is forgotten here all the same. */
async function endKey(client: Client): Promise<void> {
  try {
    await client.account.keys.revokeThis();
  } catch (error) {
    if (!(error instanceof Failure && ["not_signed_in", "not_reachable"].includes(error.code))) throw error;
  }
}
