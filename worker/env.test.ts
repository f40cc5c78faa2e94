import { expect, it } from "vitest";
import { readEnv } from "./env";

it("has an answer for everything, and takes an empty variable for none", () => {
  const env = readEnv({ NODE_ENV: "test", BOTYARD_PUBLIC_URL: "", BOTYARD_GATEWAY_PORT: " " });
  expect(env).toMatchObject({ gatewayPort: 3010, publicUrl: null, folders: [], allowNetworks: [], isolation: "auto" });
  expect(env.home).toMatch(/^\/.*\/data$/);
  expect(env.importLimitBytes).toBe(1024 ** 3);
});

it("reads lists and addresses", () => {
  const env = readEnv({
    NODE_ENV: "test",
    BOTYARD_HOME: "/srv/yard",
    BOTYARD_FOLDERS: "/srv/bots::/opt/my bots",
    BOTYARD_ALLOW_NETWORKS: "10.0.0.0/8, fd00::/8",
    BOTYARD_PUBLIC_URL: "https://bots.example.org/",
  });
  expect(env).toMatchObject({
    home: "/srv/yard",
    folders: ["/srv/bots", "/opt/my bots"],
    allowNetworks: ["10.0.0.0/8", "fd00::/8"],
  });
  expect(env.publicUrl?.origin).toBe("https://bots.example.org");
});

it.each([
  ["BOTYARD_GATEWAY_PORT", "99999"],
  ["BOTYARD_IMPORT_LIMIT_MB", "much"],
  ["BOTYARD_ISOLATION", "some"],
  ["BOTYARD_PUBLIC_URL", "bots.example.org"],
])("names %s when it makes no sense", (name, value) => {
  expect(() => readEnv({ NODE_ENV: "test", [name]: value })).toThrow(new RegExp(`^${name} in the environment`));
});
