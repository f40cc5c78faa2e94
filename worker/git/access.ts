import { createHash } from "node:crypto";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import type { BotId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { GIT_SEALED, type GitCredentials } from "#contracts/git";
import { randomName } from "../files/names";
import type { Unseal } from "../supervisor/unseal";
import type { GitAddress } from "./address";

/*
 * What git is let in with. A secret is opened for one call: a token goes into the environment of that call, a key into a file 0600 of a
 * folder of its own, which is gone when the call is over. Neither is ever an argument, nor in a configuration file, nor in a log.
 */

/** What a remote is reached by. */
export type Remote = {
  address: GitAddress;
  /** What the host was resolved to and allowed: git goes nowhere else. */
  pinned: readonly string[];
  /** Certificates to trust instead of the system's: for a company's own server. */
  caFile: string | undefined;
  /** Opened when it is needed; throws when it was sealed with another key. */
  secret: () => { token?: { user: string; text: string }; key?: string };
  /** The host keys that were seen first; of this remote only. */
  knownHosts: string;
};

/** Credentials of a bot, as yet closed. */
export const secretOf =
  (botId: BotId, { token, key }: GitCredentials, unseal: Unseal): Remote["secret"] =>
  () => ({
    ...(token && { token: { user: token.user, text: unseal(botId, GIT_SEALED.token, token.sealed) } }),
    ...(key && { key: unseal(botId, GIT_SEALED.key, key.sealed) }),
  });

/** How a call of git is let in: settings, environment, what its output must not show, and the end of it. */
export type Entry = {
  settings: readonly string[];
  env: Readonly<Record<string, string>>;
  hide: readonly string[];
  close(): Promise<void>;
};

/** Opens the way to a remote for one call. `scratch` is a folder of ours. */
export async function enter(remote: Remote, scratch: string): Promise<Entry> {
  return remote.address.kind === "https" ? byToken(remote) : byKey(remote, scratch);
}

function byToken({ address, pinned, caFile, secret }: Remote): Entry {
  const addresses = pinned.map((one) => (one.includes(":") ? `[${one}]` : one));
  const { token } = opened(secret);
  const basic = token && Buffer.from(`${token.user}:${token.text}`).toString("base64");
  return {
    settings: [
      `http.curloptResolve=${address.host}:${address.port}:${addresses.join(",")}`,
      "http.followRedirects=false",
      "http.lowSpeedLimit=1",
      "http.lowSpeedTime=30",
      "protocol.https.allow=always",
    ],
    env: {
      GIT_ALLOW_PROTOCOL: "https",
      ...(caFile === undefined ? {} : { GIT_SSL_CAINFO: caFile }),
      ...(basic && {
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: `http.${new URL(address.href).origin}/.extraHeader`,
        GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
      }),
    },
    hide: token && basic ? [token.text, basic] : [],
    close: async () => {},
  };
}

/** The text is constant: what differs stands in a configuration file of ours, and what git asks for are arguments. */
const SCRIPT = `#!/bin/sh
exec ssh -F "$BOTYARD_SSH" "$@"
`;

async function byKey({ address, pinned, secret, knownHosts }: Remote, scratch: string): Promise<Entry> {
  const { key } = opened(secret);
  const dir = `${scratch}/ssh-${randomName()}`;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const close = () => rm(dir, { recursive: true, force: true });
  try {
    if (key !== undefined) await writeFile(`${dir}/key`, key.endsWith("\n") ? key : `${key}\n`, { mode: 0o600 });
    await (await open(knownHosts, "a", 0o600)).close();
    const config = [
      "Host *",
      // Where it was resolved to and allowed, under the name that the host key is remembered by.
      `HostName ${pinned[0] ?? ""}`,
      `HostKeyAlias ${address.port === "22" ? address.host : `[${address.host}]:${address.port}`}`,
      `Port ${address.port}`,
      key === undefined ? "PubkeyAuthentication no" : `IdentityFile ${quoted(`${dir}/key`)}`,
      `UserKnownHostsFile ${quoted(knownHosts)}`,
      ...SSH,
    ];
    await writeFile(`${dir}/config`, `${config.join("\n")}\n`, { mode: 0o600 });
    await writeFile(`${dir}/ssh`, SCRIPT, { mode: 0o700 });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    settings: ["protocol.ssh.allow=always"],
    env: {
      GIT_ALLOW_PROTOCOL: "ssh",
      GIT_SSH: `${dir}/ssh`,
      GIT_SSH_VARIANT: "ssh",
      BOTYARD_SSH: `${dir}/config`,
    },
    hide: key === undefined ? [] : key.split("\n").filter((line) => line.length > 20),
    close,
  };
}

/** The key and nothing else lets in; a host is taken the first time and never another one after that; nothing is forwarded or run. */
const SSH = [
  "BatchMode yes",
  "StrictHostKeyChecking accept-new",
  "GlobalKnownHostsFile /dev/null",
  "CheckHostIP no",
  "HashKnownHosts no",
  "UpdateHostKeys no",
  "IdentitiesOnly yes",
  "IdentityAgent none",
  "PreferredAuthentications publickey",
  "PasswordAuthentication no",
  "KbdInteractiveAuthentication no",
  "GSSAPIAuthentication no",
  "ForwardAgent no",
  "ForwardX11 no",
  "PermitLocalCommand no",
  "ProxyCommand none",
  "ControlPath none",
  "CanonicalizeHostname no",
  "ConnectTimeout 15",
  "ServerAliveInterval 15",
  "ServerAliveCountMax 2",
  "LogLevel ERROR",
];

/** A path in ssh's configuration: in quotes, its own signs doubled. */
const quoted = (path: string): string => {
  if (/["\n]/.test(path)) throw new AppError("ssh_not_installed");
  return `"${path.replaceAll("%", "%%")}"`;
};

function opened(secret: Remote["secret"]): ReturnType<Remote["secret"]> {
  try {
    return secret();
  } catch {
    // The error of a failed decryption says nothing more, and must not lead to a value being shown.
    throw new AppError("deploy_failed", { detail: "its credentials cannot be opened with this panel's key" });
  }
}

/** The fingerprint of the newest host key of a file of known hosts; undefined when there is none. */
export async function knownHostKey(knownHosts: string): Promise<string | undefined> {
  const text = await readFile(knownHosts, "utf8").catch(() => "");
  const key = text.trim().split("\n").at(-1)?.split(" ")[2];
  return key
    ? `SHA256:${createHash("sha256").update(Buffer.from(key, "base64")).digest("base64").replace(/=+$/, "")}`
    : undefined;
}
