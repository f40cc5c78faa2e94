import { afterAll, beforeAll, expect, test } from "vitest";
import { cpuMs } from "../../tests/support/cpu";
import { readSession, serveAuth, sessionCookie } from "./auth";
import { isPassword } from "./passwords";
import { cookieOf, HOST, openTestPanel, PASSWORD, type TestPanel } from "./testing/panel";

let panel: TestPanel;
beforeAll(async () => {
  panel = await openTestPanel();
});
afterAll(() => panel?.close());

const post = (headers: Record<string, string>, body = "x") =>
  serveAuth(
    new Request(`http://${HOST}/api/auth/callback/credentials`, {
      method: "POST",
      headers: { host: HOST, "content-type": "application/x-www-form-urlencoded", ...headers },
      body,
    }),
  );

test("a sign-in form of another site, or one without end, is refused before it is read", async () => {
  for (const origin of [undefined, "http://evil.test"]) {
    const answer = await post({ ...(origin && { origin }), "content-length": "1" });
    expect([answer.status, await answer.json()]).toEqual([403, expect.objectContaining({ code: "wrong_origin" })]);
  }
  const own = { origin: `http://${HOST}` };
  expect((await post(own)).status).toBe(413);
  expect((await post({ ...own, "content-length": "1000000" })).status).toBe(413);
});

test("nobody writes into the panel's log", async () => {
  const headers = { host: HOST, origin: `http://${HOST}`, "content-length": "1" };
  const asked = new Request(`http://${HOST}/api/auth/_log`, { method: "POST", headers, body: "code=x&level=error" });
  expect((await serveAuth(asked)).status).toBe(404);
  // Nor by a cookie that cannot be read.
  const session = new Request(`http://${HOST}/api/auth/session`, {
    headers: { host: HOST, cookie: `${sessionCookie()}=x` },
  });
  expect((await serveAuth(session)).status).toBe(404);
});

test("only a session that we signed is one", async () => {
  const { id } = await panel.person("ina");
  const { cookie = "" } = await cookieOf(id, 3);
  const read = await readSession(new Headers({ cookie: `a=b; ${cookie}` }));
  expect(read).toEqual({ code: expect.stringMatching(/^[\w-]{43}$/), tokenVersion: 3 });
  for (const broken of [`${cookie}x`, `x${cookie}`, cookie.slice(0, -4), `${sessionCookie()}=`, ""])
    expect(await readSession(new Headers({ cookie: broken }))).toBeNull();
});

test("the answer to an unknown person takes as long as the one to a wrong password", async () => {
  const { id } = await panel.person("otto");
  const { passwordHash } = await panel.db.user.findUniqueOrThrow({ where: { id } });
  expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect([await isPassword(PASSWORD, passwordHash), await isPassword(PASSWORD, null)]).toEqual([true, false]);
  const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
  for (let at = 0; at < 15; at += 1)
    for (const [who, stored] of [["known", passwordHash] as const, ["unknown", null] as const]) {
      times[who].push(await cpuMs(() => isPassword("wrong password", stored)));
    }
  const fastest = (all: number[]) => Math.min(...all);
  expect(fastest(times.unknown) / fastest(times.known)).toBeGreaterThan(0.5);
  expect(fastest(times.unknown) / fastest(times.known)).toBeLessThan(2);
});
