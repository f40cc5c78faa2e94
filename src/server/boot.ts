import { isTrustedProxy } from "./address";
import { keepComparing } from "./compare";
import { trustOwnHost } from "./env";
import { meetRequests } from "./incoming";
import { answerQuestions } from "./questions";
import { secret } from "./secrets";
import { keepSweeping } from "./sweep";

/** What must be so before the first request: addresses are known, keys can be read, and PM2 hears that we are up. */
export function boot(): void {
  trustOwnHost();
  // A list of proxies that cannot be read must be said now, not at each request.
  isTrustedProxy("127.0.0.1");
  meetRequests();
  for (const name of ["sealKey", "ticketKey", "sessionKey", "cliKey"] as const) secret(name);
  // Without it nobody signs in over SFTP; the rest of the panel goes on.
  answerQuestions().catch((error: unknown) => console.error("the worker cannot ask the web:", error));
  keepSweeping();
  keepComparing();
  // Next already listens when it runs instrumentation; requests wait for the end of this turn.
  setImmediate(() => process.send?.("ready"));
}
