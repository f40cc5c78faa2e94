import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../support/sources";

export const HOST = "bots.example.org";
const asRoot = process.getuid?.() === 0;

/** A configuration of docs/proxy.md, as it stands there. */
function configOf(language: "nginx" | "apache"): string {
  const doc = readFileSync(join(root, "docs/proxy.md"), "utf8");
  const text = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(doc)?.[1];
  if (!text) throw new Error(`docs/proxy.md has no configuration of ${language}`);
  return text;
}

type Made = { folder: string; port: number; config: string };

/** What a distribution has around the configuration of a site; what packs answers is on, as it is in many. */
const around = {
  nginx: ({ folder, config }: Made) => `
${asRoot ? "user root;" : ""}
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/log;
events {}
http {
  access_log off; gzip on; gzip_proxied any; gzip_min_length 1; gzip_types application/json text/event-stream;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) => `${one}_temp_path ${folder}/${one};`).join("\n  ")}
  ${config}
}`,
  apache: ({ folder, port, config }: Made) => `
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/log
Mutex file:${folder}
ServerName ${HOST}
Listen 127.0.0.1:${port}
${asRoot ? "User www-data\nGroup www-data" : ""}
${["mpm_event", "authz_core", "env", "filter", "deflate", "reqtimeout", "ssl", "proxy", "proxy_http", "headers"]
  .map((one) => `LoadModule ${one}_module ${APACHE_MODULES}/mod_${one}.so`)
  .join("\n")}
AddOutputFilterByType DEFLATE application/json text/event-stream
${config}`,
};
const APACHE_MODULES = "/usr/lib/apache2/modules";

const programs = {
  nginx: {
    path: "/usr/sbin/nginx",
    argv: ({ folder }: Made) => ["-p", folder, "-c", `${folder}/conf`, "-e", `${folder}/log`],
  },
  apache: { path: "/usr/sbin/apache2", argv: ({ folder }: Made) => ["-f", `${folder}/conf`, "-DFOREGROUND"] },
} as const;
export type Kind = keyof typeof programs;

/** Why a proxy cannot be tried here; undefined when it can. */
export const missing = (kind: Kind): string | undefined =>
  existsSync(programs[kind].path) ? undefined : `${programs[kind].path} is not installed`;

export type Running = { port: number; certificate: string; close(): Promise<void> };

/** Runs it in front of a port of this machine, by the configuration of the doc; `change` may spoil that. */
export async function startProxy(
  kind: Kind,
  {
    port,
    panelPort,
    change = (config) => config,
  }: { port: number; panelPort: number; change?: (config: string) => string },
): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "by-proxy-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const names = `subjectAltName=DNS:${HOST},DNS:localhost`;
  execFileSync(
    "openssl",
    [...request, "-subj", "/CN=localhost", "-addext", names, "-keyout", key, "-out", certificate],
    {
      stdio: "ignore",
    },
  );
  const config = change(configOf(kind))
    .replace(/(listen |\*:)443/, (_all, before) => `${before === "*:" ? "" : before}127.0.0.1:${port}`)
    .replace(/\S+fullchain\.pem/, certificate)
    .replace(/\S+privkey\.pem/, key)
    .replace("127.0.0.1:3000", `127.0.0.1:${panelPort}`);
  const made = { folder, port, config };
  mkdirSync(`${folder}/logs`);
  writeFileSync(`${folder}/conf`, around[kind](made));
  const child = spawn(programs[kind].path, programs[kind].argv(made), { stdio: ["ignore", "inherit", "inherit"] });
  await listening(child, port, () => (existsSync(`${folder}/log`) ? readFileSync(`${folder}/log`, "utf8") : ""));
  return {
    port,
    certificate,
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      if (child.exitCode === null) await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listening(child: ChildProcess, port: number, log: () => string): Promise<void> {
  while (child.exitCode === null) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the proxy ended with ${child.exitCode}: ${log()}`);
}
