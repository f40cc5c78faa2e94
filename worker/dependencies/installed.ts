import { z } from "zod";
import { samePython } from "#contracts/dependencies";
import type { Jail } from "../files/index";
import { namesOf, readBehind, readSmall } from "./read";

/** One installed package, as it calls itself. */
export type Installed = { name: string; version: string };

const named = z.object({ name: z.string().max(214), version: z.string().max(200) });
/** Packages that are looked at. More is nobody's bot. */
const MANY = 3_000;

/** The version of a package in node_modules, looked for from a folder upwards as Node does; undefined when none is there. */
export async function nodeVersion(jail: Jail, from: readonly string[], name: string): Promise<string | undefined> {
  for (let depth = from.length; depth >= 0; depth--) {
    const text = await readBehind(jail, [...from.slice(0, depth), "node_modules", ...name.split("/")], "package.json");
    const version = text === undefined ? undefined : versionIn(text)?.version;
    if (version !== undefined) return version;
  }
  return undefined;
}

/** Everything that lies in node_modules at its top. */
export async function nodeInstalled(jail: Jail): Promise<Installed[]> {
  const found: Installed[] = [];
  for (const name of await namesOf(jail, ["node_modules"], MANY)) {
    if (name.startsWith(".")) continue;
    const inner = name.startsWith("@") ? await namesOf(jail, ["node_modules", name], MANY) : undefined;
    for (const path of inner ? inner.map((one) => [name, one]) : [[name]]) {
      if (found.length >= MANY) return found;
      const text = await readBehind(jail, ["node_modules", ...path], "package.json");
      const version = text === undefined ? undefined : versionIn(text)?.version;
      if (version !== undefined) found.push({ name: path.join("/"), version });
    }
  }
  return found;
}

function versionIn(text: string): { version: string } | undefined {
  try {
    return named.pick({ version: true }).parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Name and version stand in the first lines of METADATA; descriptions may be long. */
const HEAD_BYTES = 16 * 1024;

/** Everything that is installed in a venv. */
export async function pythonInstalled(venv: Jail): Promise<Installed[]> {
  const found = new Map<string, Installed>();
  for (const version of await namesOf(venv, ["lib"], 20)) {
    if (!/^python\d/.test(version)) continue;
    const place = ["lib", version, "site-packages"];
    for (const folder of await namesOf(venv, place, 2 * MANY)) {
      if (!folder.endsWith(".dist-info") || found.size >= MANY) continue;
      const head = await readSmall(venv, [...place, folder, "METADATA"], HEAD_BYTES).catch(() => undefined);
      const read = named.safeParse({ name: field(head, "Name"), version: field(head, "Version") });
      if (read.success) found.set(samePython(read.data.name), read.data);
    }
  }
  return [...found.values()];
}

const field = (head: string | undefined, name: string): string | undefined =>
  new RegExp(`^${name}:[ \\t]*(\\S+)[ \\t]*$`, "m").exec(head?.split(/\r?\n\r?\n/)[0] ?? "")?.[1];
