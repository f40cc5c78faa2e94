/*
 * What PM2 keeps running. The launcher starts it with every setting in the environment and PM2_HOME inside BOTYARD_HOME.
 * CommonJS, because PM2 loads it so.
 */
const { join } = require("node:path");

const need = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start Botyard with npm start`);
  return value;
};

const home = need("BOTYARD_HOME");
const passed = [
  "BOTYARD_HOME",
  "BOTYARD_HOST",
  "BOTYARD_GATEWAY_PORT",
  "BOTYARD_SFTP_HOST",
  "BOTYARD_SFTP_PORT",
  "BOTYARD_PUBLIC_URL",
  "BOTYARD_TRUSTED_PROXIES",
  "BOTYARD_FOLDERS",
  "BOTYARD_ALLOW_NETWORKS",
  "BOTYARD_GIT_CA_FILE",
  "BOTYARD_IMPORT_LIMIT_MB",
  "BOTYARD_ISOLATION",
  "DATABASE_URL",
  "PORT",
];
// What the web alone needs to know.
const passedToWeb = ["BOTYARD_DISCORD_CLIENT_ID", "BOTYARD_DISCORD_CLIENT_SECRET", "BOTYARD_DISCORD_API"];
const taken = (names) =>
  Object.fromEntries(names.filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
const env = {
  NODE_ENV: "production",
  NEXT_TELEMETRY_DISABLED: "1",
  ...taken(passed),
};

const program = (name, options) => {
  const log = join(home, "logs", `${name}.log`);
  return {
    name: `botyard-${name}`,
    cwd: __dirname,
    exec_mode: "fork",
    instances: 1,
    interpreter: process.execPath,
    wait_ready: true,
    listen_timeout: 30_000,
    autorestart: true,
    // The same short pause each time, for ever: a killed worker is back within a second, a broken one burns little.
    restart_delay: 400,
    min_uptime: 1_000,
    max_restarts: 1_000_000,
    out_file: log,
    error_file: log,
    merge_logs: true,
    pmx: false,
    automation: false,
    env,
    ...options,
  };
};

module.exports = {
  apps: [
    // treekill would take the bots down with it.
    program("worker", { script: "dist/worker.mjs", treekill: false, kill_timeout: 15_000 }),
    program("web", {
      script: "node_modules/next/dist/bin/next",
      // By itself it closes what was idle for five seconds, and loses what somebody asks again on it just then.
      args: ["start", "-H", need("BOTYARD_HOST"), "-p", need("PORT"), "--keepAliveTimeout", "75000"],
      env: { ...env, ...taken(passedToWeb) },
      // It waits for open pages to go away, which they do not: they are told soon enough.
      kill_timeout: 3_000,
    }),
  ],
};
