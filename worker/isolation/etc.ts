import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
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

/**
 * Copies what is wanted into a folder; the answer does it again for what has changed since, and costs a look at each otherwise. The
 * folder stays the same one from worker to worker: bots that run have it for their /etc, and would keep a removed one, empty.
 */
export function openEtc(dir: string): () => void {
  const times = new Map<string, number>();
  const make = (path: string) => {
    mkdirSync(path, { recursive: true });
    // Whatever the umask says: bots read it as other users.
    for (let folder = path; folder.startsWith(dir); folder = dirname(folder)) chmodSync(folder, 0o755);
  };

  function write(name: string, text: string) {
    const path = `${dir}/${name}`;
    if (existsSync(path) && readFileSync(path, "utf8") === text) return;
    writeFileSync(`${path}.new`, text);
    chmodSync(`${path}.new`, 0o644);
    renameSync(`${path}.new`, path);
  }

  function copy(name: string) {
    const found = statSync(`/etc/${name}`, { throwIfNoEntry: false });
    if (!found || !isOpen(found)) return rmSync(`${dir}/${name}`, { recursive: true, force: true });
    if (times.get(name) === found.mtimeMs) return;
    make(dirname(`${dir}/${name}`));
    const fresh = `${dir}/${name}.new`;
    rmSync(fresh, { recursive: true, force: true });
    cpSync(realpathSync(`/etc/${name}`), fresh, {
      recursive: true,
      verbatimSymlinks: true,
      // What only root may read must not become readable by being copied. A link is copied as one.
      filter: (path) => isOpen(statSync(path, { throwIfNoEntry: false }) ?? found),
    });
    if (found.isDirectory()) rmSync(`${dir}/${name}`, { recursive: true, force: true });
    renameSync(fresh, `${dir}/${name}`);
    times.set(name, found.mtimeMs);
  }

  function refresh() {
    make(dir);
    // A bot's own lies over this one.
    write("passwd", "root:x:0:0:root:/root:/usr/sbin/nologin\n");
    write("group", "root:x:0:\nnogroup:x:65534:\n");
    for (const name of wanted) copy(name);
  }

  /** On a full disk the copies of before are as good as nothing new, and the worker must not stay away. */
  function tryToRefresh() {
    try {
      refresh();
    } catch (error) {
      if (!existsSync(`${dir}/passwd`)) throw error;
    }
  }
  tryToRefresh();
  return tryToRefresh;
}

const isOpen = ({ mode }: { mode: number }) => (mode & 0o004) !== 0;
