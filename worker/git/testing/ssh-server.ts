import { spawn, spawnSync } from "node:child_process";
import ssh2 from "ssh2";
import { bareEnv } from "../../bare-env";
import { fingerprintOf, makeKey } from "../../sftp/host-key";

/** A git server over ssh on loopback that knows one user, `git`, by keys alone. */
export type SshServer = {
  port: number;
  /** SHA256:… of the key that it shows now. */
  hostKey(): string;
  /** Takes this public key, one line as in authorized_keys, as a host does when a deploy key is added. */
  allow(publicKey: string): void;
  /** Shows another host key from now on, on the same port. */
  changeHostKey(): Promise<void>;
  /** Everything that was asked to be run, allowed or not. */
  readonly asked: readonly string[];
  close(): Promise<void>;
};

/**
 * Serves the bare repositories below `root`: only `git-upload-pack '<path>'` is run, as an argument list. `onAsked` is told while whoever
 * asks still waits.
 */
export async function startSshServer(root: string, onAsked: () => void = () => {}): Promise<SshServer> {
  const allowed: Buffer[] = [];
  const asked: string[] = [];
  const open = new Set<ssh2.Connection>();
  let host = makeKey();
  let server = await listen(0);
  const at = server.address();
  const port = typeof at === "object" && at !== null ? at.port : 0;

  async function listen(at: number): Promise<ssh2.Server> {
    const made = new ssh2.Server({ hostKeys: [host.private] }, (client) => {
      open.add(client);
      client.on("error", () => {}).on("close", () => open.delete(client));
      client.on("authentication", (context) => {
        if (context.method !== "publickey" || context.username !== "git") return context.reject(["publickey"]);
        const { key, signature, blob, hashAlgo } = context;
        const known = allowed.find((one) => one.equals(key.data));
        const parsed = known && ssh2.utils.parseKey(`${key.algo} ${known.toString("base64")}`);
        if (!parsed || parsed instanceof Error) return context.reject(["publickey"]);
        // Without a signature it only asks whether this key would do.
        const isSigned = !signature || (blob !== undefined && parsed.verify(blob, signature, hashAlgo) === true);
        if (isSigned) context.accept();
        else context.reject(["publickey"]);
      });
      client.on("session", (accept) => {
        let protocol = "";
        const session = accept();
        session.on("env", (take, _refuse, { key, val }) => {
          if (key === "GIT_PROTOCOL") protocol = val;
          take?.();
        });
        session.on("exec", (take, refuse, { command }) => {
          asked.push(command);
          onAsked();
          const [, path] = /^git-upload-pack '(\/[\w./-]+)'$/.exec(command) ?? [];
          if (path === undefined || path.includes("..")) return refuse();
          serve(take(), `${root}${path}`, protocol);
        });
      });
    });
    await new Promise<void>((resolve) => made.listen(at, "127.0.0.1", resolve));
    return made;
  }

  async function shut(): Promise<void> {
    for (const client of open) client.end();
    await new Promise((resolve) => server.close(resolve));
  }

  return {
    port,
    hostKey: () => fingerprintOf(dataOf(host.public)),
    allow: (publicKey) => void allowed.push(dataOf(publicKey)),
    async changeHostKey() {
      await shut();
      host = makeKey();
      server = await listen(port);
    },
    asked,
    close: shut,
  };
}

const dataOf = (publicKey: string): Buffer => Buffer.from(publicKey.split(" ")[1] ?? "", "base64");

function serve(channel: ssh2.ServerChannel, path: string, protocol: string): void {
  const child = spawn(
    "git",
    ["-c", "safe.directory=*", "-c", "uploadpack.allowAnySHA1InWant=true", "upload-pack", path],
    {
      env: bareEnv({
        PATH: "/usr/local/bin:/usr/bin:/bin",
        HOME: "/",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_PROTOCOL: protocol,
      }),
      stdio: "pipe",
    },
  );
  child.stdin.on("error", () => {});
  channel.on("error", () => {}).pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.once("close", (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
}

/** Whether OpenSSH's client is here. Where tests must be whole it has to be. */
export function hasSsh(): boolean {
  const found = spawnSync("ssh", ["-V"]).error === undefined;
  if (!found && process.env.CI) throw new Error("ssh is missing: install openssh-client");
  if (!found) console.warn("NOT TRIED: ssh is missing. Install openssh-client.");
  return found;
}
