import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { AppError, fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { bareEnv } from "../bare-env";
import { measure } from "../imports/tree";
import { showBytes } from "../incoming/paths";
import { enter, knownHostKey, type Remote } from "./access";

/** The only place that runs git: without a shell, with an environment made of nothing, and with everything off that could run more. */

const TIME_LIMIT_MS = 120_000;
const WATCH_MS = 300;
const STDERR_CHARACTERS = 16_384;
export const PATH = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin";

/** What bounds a call. */
export type Bounds = {
  signal: AbortSignal;
  timeLimitMs?: number | undefined;
  /** What a folder that the call writes to may take. */
  size?: { folder: string; limitBytes: number };
  /** Hears of each new line of progress. */
  onProgress?: (detail: string) => void;
};

type Call = Bounds & {
  /** A folder of ours for git to call home. */
  scratch: string;
  remote?: Remote;
  /** What its output is given to as it comes, and what ends it by throwing; without, it is in the answer, up to `outputBytes`. */
  onOutput?: (piece: Buffer) => void;
  outputBytes?: number;
  input?: string;
};

export type GitResult = {
  code: number | null;
  output: string;
  /** The last of what it said, with nothing in it that let it in. */
  errors: string;
  stopped?: "size" | "time" | "output" | undefined;
};

/** Settings that leave git nothing to do but what it was asked for. */
const closed = [
  "protocol.allow=never",
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.askPass=",
  "credential.helper=",
  "submodule.recurse=false",
  "transfer.bundleURI=false",
  "filter.lfs.smudge=",
  "filter.lfs.process=",
  "filter.lfs.required=false",
  // A pack as it came is read faster than so many files.
  "fetch.unpackLimit=1",
  "gc.auto=0",
  "maintenance.auto=false",
  "log.showSignature=false",
  "advice.detachedHead=false",
  // What is larger is streamed, and what is smaller may be unpacked by so many at a time.
  "core.bigFileThreshold=64m",
  "pack.threads=2",
];
/** Memory that git may ask for at once: a few bytes can say that they stand for gigabytes. */
const MEMORY = "512m";
const OUTPUT_BYTES = 1024 * 1024;

/** Runs git in a process group of its own, so that its own children end with it; watches size, time and the signal. AppError git_not_installed. */
export async function git(argv: readonly string[], call: Call): Promise<GitResult> {
  const { scratch, remote } = call;
  call.signal.throwIfAborted();
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const entry = remote && (await enter(remote, scratch));
  try {
    const settings = [...closed, ...(entry?.settings ?? [])].flatMap((setting) => ["-c", setting]);
    const result = await run([...settings, ...argv], call, entry?.env ?? {});
    return { ...result, errors: hidden(result.errors, entry?.hide ?? []) };
  } finally {
    await entry?.close();
  }
}

async function run(argv: readonly string[], call: Call, env: Readonly<Record<string, string>>): Promise<GitResult> {
  const { scratch, size, signal, onProgress, onOutput, outputBytes = OUTPUT_BYTES } = call;
  const child = spawn("git", argv, {
    cwd: scratch,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: bareEnv({
      PATH,
      HOME: scratch,
      LC_ALL: "C",
      GIT_TERMINAL_PROMPT: "0",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_ALLOW_PROTOCOL: "",
      GIT_LFS_SKIP_SMUDGE: "1",
      GIT_ATTR_NOSYSTEM: "1",
      GIT_NO_REPLACE_OBJECTS: "1",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_ALLOC_LIMIT: MEMORY,
      ...env,
    }),
  });
  let stopped: GitResult["stopped"];
  const stop = (why?: GitResult["stopped"]) => {
    stopped ??= why;
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It ended by itself meanwhile.
    }
  };
  const onAbort = () => stop();
  signal.addEventListener("abort", onAbort);
  const clock = setTimeout(stop, call.timeLimitMs ?? TIME_LIMIT_MS, "time");
  // A folder may vanish while it is being measured; the next look will tell.
  const isTooBig = async () =>
    size !== undefined && ((await measure(size.folder).catch(() => undefined))?.bytes ?? 0) > size.limitBytes;
  let measuring = false;
  const watch = setInterval(async () => {
    if (measuring || !size) return;
    measuring = true;
    if (await isTooBig()) stop("size");
    measuring = false;
  }, WATCH_MS);
  const output: Buffer[] = [];
  let bytes = 0;
  let errors = "";
  child.stdin.on("error", () => {});
  child.stdin.end(call.input ?? "");
  let refused: { error: unknown } | undefined;
  const take = (piece: Buffer) => {
    try {
      if (!refused) onOutput?.(piece);
    } catch (error) {
      refused = { error };
      stop();
    }
  };
  child.stdout.on("data", (piece: Buffer) => {
    if (onOutput) return take(piece);
    bytes += piece.length;
    if (bytes > outputBytes) stop("output");
    else output.push(piece);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-STDERR_CHARACTERS);
    const newest = errors.split(/[\r\n]+/).findLast((line) => line.includes("%"));
    if (newest) onProgress?.(clean(newest));
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", (error) =>
        reject("code" in error && error.code === "ENOENT" ? new AppError("git_not_installed") : error),
      );
      child.once("close", resolve);
    });
    signal.throwIfAborted();
    if (refused) throw refused.error;
    if (code === 0 && (await isTooBig())) stopped ??= "size";
    return { code: stopped ? 1 : code, output: Buffer.concat(output).toString("utf8"), errors, stopped };
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(clock);
    clearInterval(watch);
  }
}

/** What a failed call to a remote means to who asked. */
export async function failureOf(
  { code, errors, stopped }: GitResult,
  {
    remote,
    branch,
    size,
    timeLimitMs,
  }: { remote: Remote; branch?: string | undefined } & Pick<Bounds, "size" | "timeLimitMs">,
): Promise<AppError> {
  const { host, kind } = remote.address;
  if (stopped === "size") return new AppError("git_too_big", { limit: showBytes(size?.limitBytes ?? 0) });
  if (stopped === "time") {
    const seconds = Math.round((timeLimitMs ?? TIME_LIMIT_MS) / 1000);
    return new AppError("git_unreachable", { host, detail: fill(en.detect.git.slow, { seconds }) });
  }
  if (branch !== undefined && /Remote branch .* not found|couldn't find remote ref/.test(errors))
    return new AppError("git_branch_missing", { branch });
  if (kind === "ssh") {
    if (/exec: ssh: not found|ssh: not found/.test(errors)) return new AppError("ssh_not_installed");
    if (/IDENTIFICATION HAS CHANGED|Host key verification failed/.test(errors))
      return new AppError("git_host_changed", { host, known: (await knownHostKey(remote.knownHosts)) ?? "?" });
    if (/Permission denied \(/.test(errors)) return new AppError("git_key_refused", { host });
  }
  if (/could not read (Username|Password)|Authentication failed|returned error: 40[13]/.test(errors))
    return new AppError("git_refused", { host });
  const lines = errors
    .split(/[\r\n]+/)
    .map(clean)
    .filter(Boolean);
  const last = lines.findLast((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1);
  const detail = last?.replace(/^(fatal|error): /, "") ?? fill(en.detect.git.failed, { code: code ?? "?" });
  return new AppError("git_unreachable", { host, detail: detail.replace(/[.\s]+$/, "") });
}

/** One line of git's as it may be shown: no control characters, nothing that could be a password, not endless. */
export function clean(line: string): string {
  const plain = line
    .replace(/\u001b\[[0-9;]*[A-Za-z]|[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/g, " ")
    .replace(/:\/\/[^/\s@]*@/g, "://");
  return plain.replace(/\s+/g, " ").trim().slice(0, 200);
}

/** A server may say back what it was told. */
const hidden = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((shown, secret) => shown.replaceAll(secret, "••••••"), text);

/** Makes sure that git is there and new enough to be pinned to an address (2.37). AppError git_not_installed. */
export async function assertGit(): Promise<void> {
  const child = spawn("git", ["--version"], { env: bareEnv({ PATH }), stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  const ended = await new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === 0));
  });
  const [major = 0, minor = 0] = /^git version (\d+)\.(\d+)/.exec(text)?.slice(1).map(Number) ?? [];
  if (!ended || major < 2 || (major === 2 && minor < 37)) throw new AppError("git_not_installed");
}
