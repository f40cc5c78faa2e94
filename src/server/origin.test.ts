import { beforeAll, expect, test } from "vitest";
import { keepToTls } from "./cookies";
import { assertOwnOrigin } from "./origin";

beforeAll(() => {
  process.env.BOTYARD_PUBLIC_URL = "https://bots.example.org";
  process.env.BOTYARD_TRUSTED_PROXIES = "10.0.0.1";
});

const passes = (headers: Record<string, string>): boolean => {
  try {
    assertOwnOrigin(new Headers(headers));
    return true;
  } catch {
    return false;
  }
};

test.each([
  ["https://bots.example.org", "bots.example.org", true],
  // The address that was set, although the proxy asks for another.
  ["https://bots.example.org", "127.0.0.1:3000", true],
  ["http://127.0.0.1:3000", "127.0.0.1:3000", true],
  // Whoever is on the way writes what comes by http.
  ["http://bots.example.org", "bots.example.org", false],
  ["https://bots.example.org:8443", "bots.example.org", false],
  ["https://evil.test", "bots.example.org", false],
  ["https://bots.example.org.evil.test", "bots.example.org", false],
  ["null", "bots.example.org", false],
  ["", "", false],
])("a write from %s to %s passes: %s", (origin, host, own) => {
  expect(passes({ origin, host })).toBe(own);
});

test("what came by TLS is marked so, on the word of a trusted proxy alone", () => {
  const marked = (asked: Record<string, string>) => {
    const answer = new Headers([
      ["set-cookie", "a=1; Path=/"],
      ["set-cookie", "b=2; Secure"],
    ]);
    keepToTls(new Headers(asked), answer);
    return answer.getSetCookie();
  };
  const tls = { "x-forwarded-proto": "https" };
  expect(marked({ ...tls, "x-botyard-peer": "10.0.0.1" })).toEqual(["a=1; Path=/; Secure", "b=2; Secure"]);
  for (const asked of [{ ...tls, "x-botyard-peer": "192.0.2.1" }, { "x-botyard-peer": "10.0.0.1" }])
    expect(marked(asked)).toEqual(["a=1; Path=/", "b=2; Secure"]);
});
