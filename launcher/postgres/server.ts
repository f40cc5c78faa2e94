import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { SOCKET_PATH_BYTES } from "#contracts/home";
import { alive, send, until } from "../alive";
import { bareEnv } from "../bare-env";
import { lastLine } from "../last-lines";
import { Refusal } from "../refusal";
import { type Account, chooseAccount, give } from "./account";
import { findBinaries } from "./binaries";
import { makeCluster } from "./cluster";
import { type Running, runningOn } from "./pid-file";

/** The built-in Postgres, running. It does not end with this program. */
export type Server = {
  pid: number;
  /** The address of a database on it. */
  url(as: { user: string; password: string; database: string }): string;
  /** Ends it: sessions are cut, what was committed is kept. */
  stop(): Promise<void>;
};

export type ServerOptions = {
  /** Holds data/ and the socket; given to the account Postgres runs as. */
  folder: string;
  /** The folder around it, which that account must be able to pass. */
  gate: string;
  log: string;
  /** Of the superuser `postgres`, set when the database is made. */
  password: string;
  /** More of postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
};

const SOCKET_PORT = 5432;

/** Starts Postgres on a folder, made first when it is empty, or finds the one that already runs there. */
export async function startServer(options: ServerOptions): Promise<Server> {
  await mkdir(options.folder, { recursive: true });
  await chmod(options.folder, 0o700);
  const found = runningOn(join(options.folder, "data"));
  if (found) return serverOf(options, await whenReady(options, found.pid));
  const binaries = await findBinaries();
  const account = await chooseAccount({ postgres: binaries.postgres, folder: options.folder, gate: options.gate });
  await makeCluster({ folder: options.folder, binaries, account, password: options.password });
  const pid = await launch(options, binaries.postgres, account);
  return serverOf(options, await whenReady(options, pid));
}

/** Ends the Postgres of a folder if one runs there. */
export async function stopServer(folder: string): Promise<boolean> {
  const found = runningOn(join(folder, "data"));
  if (!found) return false;
  await stopProcess(found.pid);
  return true;
}

// Not pg_ctl: it hands the path to a shell.
async function launch(options: ServerOptions, postgres: string, account: Account): Promise<number> {
  const sockets = join(options.folder, "s");
  await mkdir(sockets, { recursive: true, mode: 0o700 });
  await give(sockets, account);
  const settings = {
    max_connections: "40",
    shared_buffers: "64MB",
    // Local people only: the panel asks from the same machine.
    ...(await listening(sockets)),
    unix_socket_permissions: "0700",
    log_line_prefix: "%m ",
    timezone: "UTC",
    log_timezone: "UTC",
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const { file, args, uid, gid } = account.command(postgres, ["-D", join(options.folder, "data"), ...flags]);
  const log = openSync(options.log, "a", 0o600);
  try {
    const child = spawn(file, args, {
      uid,
      gid,
      cwd: "/",
      env: bareEnv({ PATH: "/usr/bin:/bin", LC_ALL: "C" }),
      detached: true,
      stdio: ["ignore", log, log],
    });
    await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
    if (child.pid === undefined)
      throw new Refusal("postgres_failed", { detail: "it has no process", log: options.log });
    return child.pid;
  } finally {
    closeSync(log);
  }
}

// A socket in a closed folder; loopback, behind the same password, where the socket's path would be too long.
async function listening(sockets: string): Promise<Record<string, string>> {
  if (Buffer.byteLength(`${sockets}/.s.PGSQL.${SOCKET_PORT}`) <= SOCKET_PATH_BYTES)
    return {
      listen_addresses: "",
      unix_socket_directories: `"${sockets.replaceAll('"', '""')}"`,
      port: String(SOCKET_PORT),
    };
  return { listen_addresses: "127.0.0.1", unix_socket_directories: "", port: String(await freePort()) };
}

async function whenReady(options: ServerOptions, pid: number): Promise<Running> {
  let now: Running | undefined;
  // Long: after a crash it first reads what it had written.
  await until(() => {
    now = runningOn(join(options.folder, "data"));
    return now?.ready === true || !alive(pid);
  }, 120_000);
  if (now?.ready) return now;
  throw new Refusal("postgres_failed", { detail: lastLine(options.log) || "it said nothing", log: options.log });
}

const serverOf = (options: ServerOptions, { pid, port, socketFolder }: Running): Server => ({
  pid,
  url({ user, password, database }) {
    const start = `postgresql://${user}:${encodeURIComponent(password)}`;
    return socketFolder === ""
      ? `${start}@127.0.0.1:${port}/${database}`
      : `${start}@localhost:${port}/${database}?host=${encodeURIComponent(join(options.folder, "s"))}`;
  },
  stop: () => stopProcess(pid),
});

async function stopProcess(pid: number): Promise<void> {
  // SIGINT is Postgres's "fast": it cuts sessions and writes a checkpoint. SIGQUIT leaves that to the next start.
  send(pid, "SIGINT");
  if (await until(() => !alive(pid), 30_000)) return;
  send(pid, "SIGQUIT");
  await until(() => !alive(pid), 10_000);
}

/** A port of loopback that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
