/*
 * npm run lock: completes package-lock.json after a change of packages. npm leaves optional packages of other platforms out
 * when its registry does not serve them, and npm 11 and later then refuse the lock. Adds their entries (without an
 * integrity: npm takes the registry's own), and removes download addresses, which belong to whoever installs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./steps/root.mjs";

const systems = {
  ...same("darwin", "linux", "win32", "freebsd", "openbsd", "netbsd", "android", "sunos", "aix", "openharmony"),
  linuxmusl: "linux",
  windows: "win32",
};
const processors = {
  ...same("arm64", "x64", "ia32", "arm", "ppc64", "s390x", "riscv64", "loong64", "mips64el", "wasm32"),
  x86: "ia32",
  armv7: "arm",
  ppc64le: "ppc64",
};

function same(...names) {
  return Object.fromEntries(names.map((name) => [name, name]));
}

/** Adds what is missing and drops download addresses; answers with the names added. Changes `lock`. */
export function complete(lock) {
  const added = [];
  for (const [where, entry] of Object.entries(lock.packages)) {
    if (/^https?:/.test(entry.resolved ?? "")) delete entry.resolved;
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isPresent(lock, where, name)) continue;
      lock.packages[`node_modules/${name}`] = optionalPackage(name, range, entry.dev);
      added.push(name);
    }
  }
  const inOrder = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  lock.packages = Object.fromEntries(inOrder);
  return added;
}

// As Node looks for a package: in the one that asks, then in every folder above.
function isPresent(lock, where, name) {
  for (let folder = where; ; folder = above(folder)) {
    if (lock.packages[`${folder && `${folder}/`}node_modules/${name}`]) return true;
    if (folder === "") return false;
  }
}

function above(folder) {
  const end = folder.lastIndexOf("/node_modules/");
  return end === -1 ? "" : folder.slice(0, end);
}

// Its name says for what it is: @esbuild/linux-arm64, @next/swc-linux-x64-musl. Keys in npm's order.
function optionalPackage(name, range, dev) {
  const words = name.split(/[/\-_.]/);
  const known = (table) => words.map((word) => table[word]).find((found) => found !== undefined);
  const [os, cpu] = [known(systems), known({ ...processors, ...armOf(words) })];
  return {
    version: range.replace(/^[\^~]/, ""),
    ...(cpu && { cpu: [cpu] }),
    ...(dev && { dev: true }),
    ...(/musl/.test(name) ? { libc: ["musl"] } : /gnu/.test(name) ? { libc: ["glibc"] } : {}),
    optional: true,
    ...(os && { os: [os] }),
  };
}

// armv6, armv7l, armhf: npm calls them all arm.
const armOf = (words) =>
  Object.fromEntries(words.filter((word) => /^arm(v\d|hf|eabi)/.test(word)).map((word) => [word, "arm"]));

if (process.argv[1]?.endsWith("complete-lock.mjs")) {
  const file = join(root, "package-lock.json");
  const lock = JSON.parse(readFileSync(file, "utf8"));
  const before = JSON.stringify(lock);
  const added = complete(lock);
  if (JSON.stringify(lock) !== before) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(added.length ? `Added to package-lock.json: ${added.join(", ")}` : "package-lock.json is complete.");
}
