import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";

/** A package as a registry has it: versions, oldest first; `files` beside package.json. */
export type Shelved = { versions: readonly string[]; files?: Record<string, string>; scripts?: Record<string, string> };

/** The registry of npm as far as installs, `outdated` and `audit` ask it, on a port of this machine; without a network. */
export async function openRegistry(packages: Record<string, Shelved>, advisories: Record<string, object[]> = {}) {
  const asked: string[] = [];
  /** While it hangs, what everything waits for. */
  let free: Promise<void> | undefined;
  let letGo = () => {};
  const tarballs = new Map<string, Buffer>();
  for (const [name, { versions, files = {}, scripts }] of Object.entries(packages)) {
    for (const version of versions) {
      const all = { "package.json": JSON.stringify({ name, version, scripts }), "index.js": "", ...files };
      tarballs.set(`${name}/${version}`, await tarball(all));
    }
  }

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://r").pathname).slice(1);
    asked.push(path);
    await free;
    const url = `http://127.0.0.1:${port()}`;
    const file = /^(.+)\/-\/.*-(\d[^-]*)\.tgz$/.exec(path);
    const bytes = file && tarballs.get(`${file[1]}/${file[2]}`);
    if (bytes) return response.end(bytes);
    if (path === "-/npm/v1/security/advisories/bulk") {
      await text(request.resume()).catch(() => "");
      return response.setHeader("content-type", "application/json").end(JSON.stringify(advisories));
    }
    const found = packages[path];
    response.setHeader("content-type", "application/json");
    if (!found) return response.writeHead(404).end('{"error":"not_found"}');
    const versions = found.versions.map((version) => {
      const data = tarballs.get(`${path}/${version}`) ?? Buffer.alloc(0);
      const integrity = `sha512-${createHash("sha512").update(data).digest("base64")}`;
      const dist = { integrity, tarball: `${url}/${path}/-/${path.replace(/^.*\//, "")}-${version}.tgz` };
      const hasInstallScript = found.scripts !== undefined;
      return [version, { name: path, version, dist, scripts: found.scripts, hasInstallScript }];
    });
    const latest = found.versions.at(-1);
    response.end(JSON.stringify({ name: path, "dist-tags": { latest }, versions: Object.fromEntries(versions) }));
  });
  const port = () => (server.address() as AddressInfo).port;
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${port()}/`,
    asked,
    /** Leaves everything without an answer until it no longer hangs. */
    hang(now: boolean) {
      letGo();
      free = now
        ? new Promise((resolve) => {
            letGo = resolve;
          })
        : undefined;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function tarball(files: Record<string, string>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name: `package/${name}` }, content);
  tar.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of tar) pieces.push(Buffer.from(piece));
  return gzipSync(Buffer.concat(pieces));
}
