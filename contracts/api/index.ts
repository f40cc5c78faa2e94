import { account } from "./account";
import { audit } from "./audit";
import { bots } from "./bots";
import { log } from "./console";
import { dependencies } from "./dependencies";
import { deploys } from "./deploys";
import { device } from "./device";
import { env } from "./env";
import { files } from "./files";
import { imports, templates } from "./imports";
import { invites, members } from "./members";
import { live, panel, setup } from "./panel";
import { signIn } from "./sign-in";
import { strays } from "./strays";
import { streams } from "./streams";
import { tagging } from "./tags";
import { tools } from "./tools";
import { transfers } from "./transfer";
import { bans, limits, users } from "./users";
import { viewAs } from "./view-as";

/**
 * Every operation of the public HTTP API, under /api. From here come the REST routes, the OpenAPI document, and the
 * typed clients of browser and CLI.
 */
export const api = {
  panel,
  setup,
  signIn,
  account,
  audit,
  users,
  limits,
  bans,
  members,
  invites,
  tags: tagging,
  viewAs,
  device,
  live,
  bots,
  strays,
  env,
  log,
  streams,
  files,
  dependencies,
  transfers,
  deploys,
  imports,
  templates,
  tools,
};
export type Api = typeof api;
