import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { AppError } from "#contracts/errors";
import { cpuMs } from "../../tests/support/cpu";
import { readSession, serveAuth, sessionCookie } from "./auth";
import { isPassword } from "./passwords";
import { checkPassword, signIn } from "./sign-in";
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
  // Nor by where they want to be led, or what they say was refused.
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const way = "data:,%0aforged";
  const csrf = (cookie = "") =>
    serveAuth(new Request(`http://${HOST}/api/auth/csrf?callbackUrl=${way}`, { headers: { host: HOST, cookie } }));
  expect([(await csrf()).status, (await csrf(`next-auth.callback-url=${way}`)).status]).toEqual([200, 200]);
  const refused = await serveAuth(new Request(`http://${HOST}/api/auth/error?error=%0a%e2%82%ac`, { headers }));
  expect([refused.status, refused.headers.get("location")]).toEqual([302, "/sign-in?error=%0A%E2%82%AC"]);
  expect(log).not.toHaveBeenCalled();
  log.mockRestore();
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

test("a wrong password, an unknown person and a disabled one get one answer; guessing from one address waits", async () => {
  const victim = await panel.person("vic");
  const disabled = await panel.person("dis");
  const neighbour = await panel.person("nora");
  await panel.db.user.update({ where: { id: disabled.id }, data: { disabledAt: new Date() } });
  const tryAs = (email: string, password: string, address: string) =>
    checkPassword(email, password, address).then(
      () => "in",
      (error: unknown) => (error instanceof AppError ? error.code : error),
    );
  expect(await tryAs(victim.email.toUpperCase(), PASSWORD, "198.51.100.1")).toBe("in");
  expect(await tryAs("nobody@example.com", PASSWORD, "198.51.100.1")).toBe("sign_in_failed");
  expect(await tryAs(disabled.email, PASSWORD, "198.51.100.1")).toBe("sign_in_failed");
  const guesses = await Promise.all(
    Array.from({ length: 20 }, () => tryAs(victim.email, "wrong password", "203.0.113.5")),
  );
  expect(guesses.filter((answer) => answer === "sign_in_failed")).toHaveLength(5);
  expect(guesses.filter((answer) => answer === "too_many_tries")).toHaveLength(15);
  expect(await tryAs(victim.email, PASSWORD, "203.0.113.5")).toBe("too_many_tries");
  // Neither the person elsewhere nor others from there are locked out.
  expect(await tryAs(victim.email, PASSWORD, "198.51.100.9")).toBe("in");
  expect(await tryAs(neighbour.email, PASSWORD, "203.0.113.5")).toBe("in");
});

test("more sign in at once than there are connections to the database, and none waits for another", async () => {
  const { id } = await panel.person("many");
  // Who is kept out has to be read again.
  const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 2_000);
  onTestFinished(() => clock.mockRestore());
  const { tokenVersion } = await panel.db.user.findUniqueOrThrow({ where: { id } });
  const one = () => signIn({ id, via: "password", tokenVersion }, { headers: new Headers(), before: null });
  const codes = await Promise.all(Array.from({ length: 12 }, one));
  expect(new Set(codes.map(({ code }) => code)).size).toBe(12);
  await panel.db.user.delete({ where: { id } });
  await expect(one()).rejects.toMatchObject({ code: "sign_in_failed" });
});
