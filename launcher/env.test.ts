import { expect, test } from "vitest";
import { homePaths } from "#contracts/home";
import { bareEnv } from "./bare-env";
import { readSettings } from "./env";
import { programEnv } from "./pm2";

test("web and worker get what reaches a mirror of the registries, and little else", () => {
  const mirror = {
    npm_config_registry: "https://npm.example",
    "npm_config_//npm.example/:_authToken": "t",
    PIP_INDEX_URL: "https://pip.example/simple",
    PIP_TRUSTED_HOST: "pip.example",
    HTTPS_PROXY: "http://proxy.example:3128",
    no_proxy: "localhost",
    NODE_EXTRA_CA_CERTS: "/etc/ca.pem",
  };
  // What npm adds to what it runs, and what else lies in a shell.
  const others = { npm_config_cache: "/home/op/.npm", npm_config_prefix: "/usr", NODE_OPTIONS: "-r x", TOKEN: "t" };
  const settings = readSettings("/srv/botyard", bareEnv({ ...mirror, ...others, PIP_CERT: "" }));
  const given = programEnv(settings, homePaths(settings.home));
  expect(given).toMatchObject(mirror);
  for (const name of [...Object.keys(others), "PIP_CERT"]) expect(given).not.toHaveProperty([name]);
});
