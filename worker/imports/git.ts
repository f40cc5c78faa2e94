import { spawn } from "node:child_process";
import { access, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError, fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { bareEnv } from "../bare-env";
import { showBytes } from "../incoming/paths";
import type { GitAddress } from "./git-address";
import { measure, removeOutwardLinks } from "./tree";

const TIME_LIMIT_MS = 120_000;
const WATCH_MS = 300;
const STDERR_CHARACTERS = 16_384;
const PATH = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin";

/** What a clone needs to know. */
export type CloneOptions = {
  address: GitAddress;
  /** What the host was resolved to and allowed: git goes nowhere else. */
  pinned: readonly string[];
  branch: string | undefined;
  /** Must not exist; holds the files afterwards, without `.git`. */
  folder: string;
  /** An empty folder for git to call home. */
  scratch: string;
  limitBytes: number;
  /** Certificates to trust instead of the system's: for a company's own server. */
  caFile: string | undefined;
  timeLimitMs: number | undefined;
  signal: AbortSignal;
  onProgress: (detail: string) => void;
};

/** Clones the newest commit of one branch, and answers with it and with what is worth a warning. */
export async function clone(options: CloneOptions): Promise<{ commit: string; warnings: string[] }> {
  const { address, branch, folder, scratch } = options;
  await mkdir(scratch, { recursive: true });
  const addresses = options.pinned.map((one) => (one.includes(":") ? `[${one}]` : one));
  const pinned = `${address.host}:${address.port}:${addresses.join(",")}`;
  const argv = [
    ...closed(pinned),
    "clone",
    "--progress",
    "--depth=1",
    "--single-branch",
    "--no-tags",
    "--no-recurse-submodules",
    "--template=",
    ...(branch === undefined ? [] : ["--branch", branch]),
    "--",
  ];
  let result = await git([...argv, address.href, folder], options);
  // Some hosts answer an address without .git by a redirect, and redirects are off.
  if (result.code !== 0 && /error: 30[12378]/.test(result.errors) && !address.href.endsWith(".git")) {
    await rm(folder, { recursive: true, force: true });
    result = await git([...argv, `${address.href.replace(/\/$/, "")}.git`, folder], options);
  }
  if (result.code !== 0) throw failure(result, options);
  const head = await git([...closed(pinned), "-C", folder, "rev-parse", "HEAD"], options);
  if (head.code !== 0) throw new AppError("import_empty");
  const warnings = await tidy(folder);
  return { commit: head.output.trim(), warnings };
}

/** Settings that leave git nothing to do but fetch over https from where it was pinned to. */
const closed = (pinned: string): string[] =>
  [
    `http.curloptResolve=${pinned}`,
    "http.followRedirects=false",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=30",
    "protocol.allow=never",
    "protocol.https.allow=always",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "credential.helper=",
    "submodule.recurse=false",
    "transfer.bundleURI=false",
    "filter.lfs.smudge=",
    "filter.lfs.process=",
    "filter.lfs.required=false",
    "gc.auto=0",
    "advice.detachedHead=false",
  ].flatMap((setting) => ["-c", setting]);

type GitResult = { code: number | null; output: string; errors: string; stopped?: "size" | "time" };

/** Runs git in a process group of its own, so that its own children end with it; watches size, time and the signal. */
async function git(argv: readonly string[], options: CloneOptions): Promise<GitResult> {
  const { folder, scratch, limitBytes, signal, onProgress } = options;
  signal.throwIfAborted();
  const child = spawn("git", argv, {
    cwd: scratch,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: bareEnv({
      PATH,
      HOME: scratch,
      LC_ALL: "C",
      GIT_TERMINAL_PROMPT: "0",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_ALLOW_PROTOCOL: "https",
      GIT_LFS_SKIP_SMUDGE: "1",
      ...(options.caFile === undefined ? {} : { GIT_SSL_CAINFO: options.caFile }),
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
  const clock = setTimeout(stop, options.timeLimitMs ?? TIME_LIMIT_MS, "time");
  let measuring = false;
  const watch = setInterval(async () => {
    if (measuring) return;
    measuring = true;
    // A folder may vanish while it is being measured; the next look will tell.
    const seen = await measure(folder).catch(() => undefined);
    if (seen && seen.bytes > limitBytes) stop("size");
    measuring = false;
  }, WATCH_MS);
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output = (output + text).slice(0, STDERR_CHARACTERS);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-STDERR_CHARACTERS);
    const newest = errors.split(/[\r\n]+/).findLast((line) => line.includes("%"));
    if (newest) onProgress(clean(newest));
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", (error) =>
        reject("code" in error && error.code === "ENOENT" ? new AppError("git_not_installed") : error),
      );
      child.once("close", resolve);
    });
    signal.throwIfAborted();
    if (code === 0 && (await measure(folder)).bytes > limitBytes) return { code: 1, output, errors, stopped: "size" };
    return { code, output, errors, stopped };
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(clock);
    clearInterval(watch);
  }
}

function failure(
  { code, errors, stopped }: GitResult,
  { address, branch, limitBytes, timeLimitMs }: CloneOptions,
): AppError {
  const { host } = address;
  if (stopped === "size") return new AppError("import_too_big", { limit: showBytes(limitBytes) });
  if (stopped === "time") {
    const seconds = Math.round((timeLimitMs ?? TIME_LIMIT_MS) / 1000);
    return new AppError("git_unreachable", { host, detail: fill(en.detect.git.slow, { seconds }) });
  }
  if (branch !== undefined && /Remote branch .* not found/.test(errors))
    return new AppError("git_branch_missing", { branch });
  const lines = errors
    .split(/[\r\n]+/)
    .map(clean)
    .filter(Boolean);
  const last = lines.findLast((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1);
  const detail = last?.replace(/^(fatal|error): /, "") ?? fill(en.detect.git.failed, { code: code ?? "?" });
  return new AppError("git_unreachable", { host, detail: detail.replace(/[.\s]+$/, "") });
}

/** One line of git's as it may be shown: no control characters, nothing that could be a password, not endless. */
function clean(line: string): string {
  const plain = line.replace(/\u001b\[[0-9;]*[A-Za-z]|[\u0000-\u001f\u007f]/g, " ").replace(/:\/\/[^/\s@]*@/g, "://");
  return plain.replace(/\s+/g, " ").trim().slice(0, 200);
}

/**
 * Makes a clone into plain files. `.git` goes: what lies in it could be changed by the bot and would then run
 * with the panel's rights the next time git is called there.
 */
async function tidy(folder: string): Promise<string[]> {
  const warnings: string[] = [];
  await rm(join(folder, ".git"), { recursive: true, force: true });
  const removed = await removeOutwardLinks(folder);
  if (removed.length === 1) warnings.push(fill(en.detect.warning.linkRemoved, { path: clean(removed[0] ?? "") }));
  if (removed.length > 1) warnings.push(fill(en.detect.warning.linksRemoved, { count: removed.length }));
  const exists = (name: string) =>
    access(join(folder, name)).then(
      () => true,
      () => false,
    );
  if (await exists(".gitmodules")) warnings.push(en.detect.warning.submodules);
  const attributes = await readFile(join(folder, ".gitattributes"), "utf8").catch(() => "");
  if (/\bfilter=lfs\b/.test(attributes)) warnings.push(en.detect.warning.largeFiles);
  return warnings;
}

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
