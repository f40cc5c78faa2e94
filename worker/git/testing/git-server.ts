import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { join } from "node:path";
import { bareEnv } from "../../bare-env";

const PATH = "/usr/local/bin:/usr/bin:/bin";

/** Answers a request itself instead of git; true when it did. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A git server over https on loopback, with a certificate made for it. */
export type GitServer = { port: number; caFile: string; requests: string[]; close(): Promise<void> };

/** Serves the bare repositories below `root` by git's own http-backend. */
export async function startGitServer(root: string, intercept: Intercept = () => false): Promise<GitServer> {
  const [key, cert] = [join(root, "key.pem"), join(root, "cert.pem")];
  const names = "subjectAltName=IP:127.0.0.1,DNS:localhost";
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", [...request, "-subj", "/CN=localhost", "-addext", names, "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  const requests: string[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    if (!intercept(incoming, response)) backend(root, incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    caFile: cert,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Speaks CGI with git http-backend. */
function backend(root: string, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? "/", "https://localhost");
  const child = spawn("git", ["http-backend"], {
    env: bareEnv({
      PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      HTTP_GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    }),
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(child.stdin);
  child.stdin.on("error", () => undefined);
  const pieces: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
  child.on("close", () => {
    const all = Buffer.concat(pieces);
    const cut = all.indexOf("\r\n\r\n");
    const head = all.subarray(0, Math.max(cut, 0)).toString().split("\r\n").filter(Boolean);
    let status = 200;
    for (const line of head) {
      const [name = "", value = ""] = line.split(/:\s*/, 2);
      if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status);
    response.end(all.subarray(cut + 4));
  });
}

/** Commits to a bare repository's main what is ten thousand million files: ten trees in each tree, ten deep, in a dozen objects. */
export function commitBomb(repository: string): string {
  let entry = `100644 blob ${told(repository, "x", "hash-object", "-w", "--stdin")}`;
  for (let depth = 0; depth < 10; depth++) {
    const tree = Array.from({ length: 10 }, (_, n) => `${entry}\tf${n}\n`).join("");
    entry = `040000 tree ${told(repository, tree, "mktree")}`;
  }
  const commit = told(repository, "", "commit-tree", "-m", "Bomb", entry.split(" ")[2] ?? "");
  git(repository, "update-ref", "refs/heads/main", commit);
  return commit;
}

const told = (cwd: string, input: string, ...argv: string[]): string => run(cwd, input, argv).trim();

/** Runs git for a test, with nothing of the machine's configuration. */
export const git = (cwd: string, ...argv: string[]): string => run(cwd, undefined, argv);

function run(cwd: string, input: string | undefined, argv: readonly string[]): string {
  const who = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...who, ...argv], {
    cwd,
    encoding: "utf8",
    ...(input === undefined ? {} : { input }),
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    env: bareEnv({ PATH, HOME: cwd, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" }),
  });
}

/** Makes the bare repository `<root>/<name>.git` of what `fill` puts into a work tree; answers with its commit. */
export function makeRepository(root: string, name: string, fill: (folder: string) => void): string {
  const work = join(root, `${name}-work`);
  mkdirSync(work);
  git(work, "init", "-q");
  fill(work);
  git(work, "add", "-A", "-f");
  git(work, "commit", "-q", "-m", "All of it");
  git(root, "clone", "-q", "--bare", work, `${name}.git`);
  return git(work, "rev-parse", "HEAD").trim();
}
