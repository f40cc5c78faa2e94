import { NextRequest } from "next/server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { requireActor } from "#server/page";
import { openTestPanel, PASSWORD, type TestPanel } from "#server/testing/panel";
import { proxy } from "../../../proxy";
import SignInPage from "./page";

let drawn = new Headers();
vi.mock("next/headers", () => ({ headers: async () => drawn }));
vi.mock("next-intl/server", () => ({ getTranslations: async () => (key: string) => key }));

let panel: TestPanel;
beforeAll(async () => {
  panel = await openTestPanel();
});
afterAll(() => panel.close());

/** Where a page leads whoever loads it with these headers; null: nowhere. */
async function ledTo(address: string, asked: Record<string, string>, page: () => Promise<unknown>) {
  const answer = proxy(new NextRequest(`http://panel.test${address}`, { headers: asked }));
  const given = "x-middleware-request-";
  drawn = new Headers(
    [...answer.headers].flatMap(([name, value]) => (name.startsWith(given) ? [[name.slice(given.length), value]] : [])),
  );
  try {
    await page();
    return null;
  } catch (error) {
    return /^NEXT_REDIRECT;\w+;(.*);307;$/.exec((error as { digest?: string }).digest ?? "")?.[1] ?? error;
  }
}

const signIn = (next: string, more: Record<string, string> = {}) =>
  SignInPage({ searchParams: Promise.resolve({ next, ...more }) });

test("who is not signed in is led back to the page that they wanted, whatever they say it is", async () => {
  await panel.person("first", "admin");
  const to = (address: string, asked = {}) => ledTo(address, asked, requireActor);
  expect(await to("/")).toBe("/sign-in");
  expect(await to("/device?code=AB-CD")).toBe("/sign-in?next=%2Fdevice%3Fcode%3DAB-CD");
  expect(await to("/people", { "x-path": "//elsewhere.test" })).toBe("/sign-in?next=%2Fpeople");
});

test("a page that is loaded while another tab changes the password is there when that tab has its answer", async () => {
  const { asker } = await panel.person("second");
  let renewed = "";
  await panel.ask(asker, "PUT", "/v1/me/password", { present: PASSWORD, password: "a walk in the rain" }, (answer) => {
    renewed = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  });
  expect(await ledTo("/account?a=1", asker, requireActor)).toBe("/sign-in?next=%2Faccount%3Fa%3D1");

  const address = "/sign-in?next=%2Faccount%3Fa%3D1";
  expect(await ledTo(address, asker, () => signIn("/account?a=1"))).toBeNull();
  expect(await ledTo(address, { cookie: renewed }, () => signIn("/account?a=1"))).toBe("/account?a=1");
  expect(await ledTo(address, { cookie: renewed }, () => signIn("//elsewhere.test"))).toBe("/");
  // The second step of signing in with Discord is theirs to take, signed in or not.
  expect(await ledTo(address, { cookie: renewed }, () => signIn("/", { step: "code" }))).toBeNull();
});
