import { chmodSync, cpSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/*
 * The /etc of every bot: one folder of copies, bound as a whole. A bind for each file would be thirty mounts for every start, which cost
 * more than all the rest of the sandbox; and a bound file that is replaced (resolv.conf) would stay the old one for a bot that runs.
 */

/** What programs look for in /etc, without which names, certificates, times, languages or registries do not work. No secrets. */
const wanted = [
  "alternatives",
  "fonts",
  "gai.conf",
  "host.conf",
  "hosts",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "locale.alias",
  "localtime",
  "mime.types",
  "npmrc",
  "nsswitch.conf",
  "os-release",
  "pip.conf",
  "pki/ca-trust",
  "pki/tls/certs",
  "protocols",
  "resolv.conf",
  "services",
  "ssl/certs",
  "ssl/openssl.cnf",
  "timezone",
] as const;

/** Copies what is wanted into a folder; the answer does it again for what has changed since, and costs a look at each otherwise. */
export function openEtc(dir: string): () => void {
  rmSync(dir, { recursive: true, force: true });
  const times = new Map<string, number>();
  const make = (path: string) => {
    mkdirSync(path, { recursive: true });
    // Whatever the umask says: bots read it as other users.
    for (let folder = path; folder.startsWith(dir); folder = dirname(folder)) chmodSync(folder, 0o755);
  };
  make(dir);
  // A bot's own lies over this one.
  writeFileSync(`${dir}/passwd`, "root:x:0:0:root:/root:/usr/sbin/nologin\n");
  writeFileSync(`${dir}/group`, "root:x:0:\nnogroup:x:65534:\n");
  for (const name of ["passwd", "group"]) chmodSync(`${dir}/${name}`, 0o644);

  function refresh() {
    for (const name of wanted) {
      const found = statSync(`/etc/${name}`, { throwIfNoEntry: false });
      if (!found || times.get(name) === found.mtimeMs || !isOpen(found)) continue;
      times.set(name, found.mtimeMs);
      make(dirname(`${dir}/${name}`));
      const copy = `${dir}/${name}.new`;
      rmSync(copy, { recursive: true, force: true });
      cpSync(realpathSync(`/etc/${name}`), copy, {
        recursive: true,
        verbatimSymlinks: true,
        // What only root may read must not become readable by being copied. A link is copied as one.
        filter: (path) => isOpen(statSync(path, { throwIfNoEntry: false }) ?? found),
      });
      if (found.isDirectory()) rmSync(`${dir}/${name}`, { recursive: true, force: true });
      renameSync(copy, `${dir}/${name}`);
    }
  }
  refresh();
  return () => {
    try {
      refresh();
    } catch {
      // A full disk: the copies of before are as good as nothing new.
    }
  };
}

const isOpen = ({ mode }: { mode: number }) => (mode & 0o004) !== 0;
