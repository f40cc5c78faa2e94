import access from "./en/access.json";
import account from "./en/account.json";
import apiKeys from "./en/api-keys.json";
import audit from "./en/audit.json";
import bot from "./en/bot.json";
import dependencies from "./en/dependencies.json";
import deployLog from "./en/deploy-log.json";
import deploys from "./en/deploys.json";
import detect from "./en/detect.json";
import device from "./en/device.json";
import environment from "./en/environment.json";
import error from "./en/error.json";
import files from "./en/files.json";
import installLog from "./en/install-log.json";
import logText from "./en/log-text.json";
import people from "./en/people.json";
import permissions from "./en/permissions.json";
import reason from "./en/reason.json";
import server from "./en/server.json";
import tools from "./en/tools.json";
import transfers from "./en/transfers.json";
import ui from "./en/ui.json";

/** Every text a person reads, English. The browser reads it through next-intl, the CLI and the worker through `fill`. */
export const en = {
  deployLog,
  detect,
  error,
  installLog,
  logText,
  reason,
  server,
  ...ui,
  ...bot,
  ...dependencies,
  ...environment,
  ...files,
  ...transfers,
  ...deploys,
  ...access,
  ...account,
  ...permissions,
  ...people,
  ...apiKeys,
  ...tools,
  ...audit,
  ...device,
};
export type Words = typeof en;
