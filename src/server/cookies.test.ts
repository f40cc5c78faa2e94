import { expect, test } from "vitest";
import { cookiesOf, readCookie, writeCookie } from "./cookies";

test("behind TLS a cookie of ours goes by nothing else, no other name of the domain sets it, and no page can read it", () => {
  process.env.BOTYARD_PUBLIC_URL = "https://bots.example.org";
  expect(writeCookie("step", "abc", 300)).toBe(
    "__Host-botyard.step=abc; Path=/; Max-Age=300; HttpOnly; SameSite=Lax; Secure",
  );
  const headers = new Headers({ cookie: "a=1;b; __Host-botyard.step=abc ; c=%zz; botyard.step=other" });
  expect(readCookie(headers, "step")).toBe("abc");
  expect(cookiesOf(headers)).toMatchObject({ a: "1", c: "%zz" });
});
