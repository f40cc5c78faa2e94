import { afterEach, expect, test, vi } from "vitest";
import { goSignIn, signOut } from "./session";

afterEach(() => vi.unstubAllGlobals());

/** A page of the panel whose sign-out is answered as `answer` says. */
function openPage(answer: () => Response) {
  const led: string[] = [];
  const page = new EventTarget();
  const location = {
    pathname: "/bots/abc",
    search: "?log=install",
    origin: "http://panel",
    assign: (to: string) => led.push(to),
  };
  vi.stubGlobal("window", Object.assign(page, { location }));
  vi.stubGlobal("fetch", async (path: string) =>
    path.endsWith("csrf") ? Response.json({ csrfToken: "token" }) : answer(),
  );
  return { led, page };
}

test("who signs out is led to the sign-in page alone, although the live connection hears of it first", async () => {
  const { led, page } = openPage(() => {
    goSignIn();
    return Response.json({ url: "/" });
  });
  await signOut();
  // While the next page is on its way, the ticket is asked for once more.
  goSignIn();
  expect(led).toEqual(["/sign-in"]);

  // The browser kept the page, and somebody came back to it.
  page.dispatchEvent(new Event("pagehide"));
  goSignIn();
  expect(led.at(-1)).toBe("/sign-in?next=%2Fbots%2Fabc%3Flog%3Dinstall");
});

test("a sign-out that fails leaves the page as it was", async () => {
  const { led } = openPage(() => {
    throw new TypeError("nobody answers");
  });
  await expect(signOut()).rejects.toThrow("nobody answers");
  goSignIn();
  expect(led).toEqual(["/sign-in?next=%2Fbots%2Fabc%3Flog%3Dinstall"]);
});
