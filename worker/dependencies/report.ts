import { z } from "zod";
import type { DependencyReport, PackageManager } from "#contracts/dependencies";

/*
 * What package managers print about packages that are outdated or vulnerable. Each has its own way, and prints an error in that way too
 * when it could not ask; what is not understood is told as such and never taken for "nothing".
 */

type Outdated = NonNullable<DependencyReport["outdated"]>;
type Vulnerable = NonNullable<DependencyReport["vulnerable"]>;
type Answer = { out: string; err: string };

const text = z.string().catch("");
const json = (out: string): unknown => {
  try {
    return JSON.parse(out);
  } catch {
    return undefined;
  }
};
/** One JSON document a line, as yarn prints. */
const jsonLines = (out: string): unknown[] => out.split("\n").flatMap((line) => json(line) ?? []);

/** npm and pnpm: by name; one package may be there several times. */
const row = z.object({ current: text, wanted: text, latest: text });
const rows = z.record(z.string(), z.union([row, z.array(row).transform((all) => all[0])]));

function npmOutdated({ out }: Answer): Outdated | null {
  const read = rows.safeParse(json(out.trim() || "{}"));
  if (!read.success || "error" in read.data) return null;
  return Object.entries(read.data).flatMap(([name, one]) => (one ? [{ name, ...one }] : []));
}

/** npm 7 and later, pnpm 10 and later. `via` holds advisories, or names of packages that are touched themselves. */
const advisory = z.object({ title: text, severity: text, range: text });
const audited = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({ severity: text, range: text, via: z.array(z.unknown()).catch([]), fixAvailable: z.unknown() }),
  ),
});
/** pnpm before that, and yarn 1. */
const oldAdvisory = z.object({
  module_name: z.string(),
  severity: text,
  title: text,
  vulnerable_versions: text,
  patched_versions: text,
});
const oldAudited = z.object({ advisories: z.record(z.string(), oldAdvisory) });

const ofOld = (one: z.infer<typeof oldAdvisory>): Vulnerable[number] => ({
  name: one.module_name,
  severity: one.severity,
  title: one.title,
  range: one.vulnerable_versions,
  fixed: one.patched_versions !== "" && one.patched_versions !== "<0.0.0",
});

function npmVulnerable({ out }: Answer): Vulnerable | null {
  const said = json(out);
  const old = oldAudited.safeParse(said);
  if (old.success) return Object.values(old.data.advisories).map(ofOld);
  const read = audited.safeParse(said);
  if (!read.success) return null;
  return Object.entries(read.data.vulnerabilities).map(([name, { severity, range, via, fixAvailable }]) => {
    const first = via.map((one) => advisory.safeParse(one)).find((one) => one.success);
    const through = via.filter((one) => typeof one === "string");
    return { name, severity, range, title: first?.data?.title ?? through.join(", "), fixed: fixAvailable !== false };
  });
}

/** yarn 1 prints a table: name, current, wanted, latest. */
const table = z.object({ type: z.literal("table"), data: z.object({ body: z.array(z.array(text)) }) });
const yarnAdvisory = z.object({ type: z.literal("auditAdvisory"), data: z.object({ advisory: oldAdvisory }) });
const yarnSummary = z.object({ type: z.literal("auditSummary") });
/** Later yarn: a line for each. */
const berryAdvisory = z.object({
  value: z.string(),
  children: z.object({ Issue: text, Severity: text, "Vulnerable Versions": text }),
});

function yarnOutdated({ out, err }: Answer): Outdated | null {
  const lines = jsonLines(out);
  const found = lines.map((line) => table.safeParse(line)).find((one) => one.success);
  if (!found?.data) return err.trim() === "" && !/"type":"error"/.test(out) ? [] : null;
  return found.data.data.body.map(([name = "", current = "", wanted = "", latest = ""]) => ({
    name,
    current,
    wanted,
    latest,
  }));
}

function yarnVulnerable({ out, err }: Answer): Vulnerable | null {
  const lines = jsonLines(out);
  const old = lines.flatMap((line) => yarnAdvisory.safeParse(line).data?.data.advisory ?? []);
  const berry = lines.flatMap((line) => berryAdvisory.safeParse(line).data ?? []);
  if (
    old.length + berry.length === 0 &&
    !lines.some((line) => yarnSummary.safeParse(line).success) &&
    err.trim() !== ""
  )
    return null;
  const once = new Map(old.map((one) => [`${one.module_name} ${one.title}`, ofOld(one)]));
  return [
    ...once.values(),
    ...berry.map(({ value, children }) => ({
      name: value,
      severity: children.Severity,
      title: children.Issue,
      range: children["Vulnerable Versions"],
      fixed: true,
    })),
  ];
}

const pipRow = z.object({ name: z.string(), version: text, latest_version: text });

function pipOutdated({ out, err }: Answer): Outdated | null {
  const read = z.array(pipRow).safeParse(json(out.split("\n").find((line) => line.startsWith("[")) ?? ""));
  // pip takes an index that does not answer for one that has nothing newer.
  if (!read.success || isUnreachable(err)) return null;
  return read.data.map(({ name, version, latest_version: latest }) => ({
    name,
    current: version,
    wanted: latest,
    latest,
  }));
}

const readers: Record<
  PackageManager,
  { outdated: (answer: Answer) => Outdated | null; vulnerable: (answer: Answer) => Vulnerable | null }
> = {
  npm: { outdated: npmOutdated, vulnerable: npmVulnerable },
  pnpm: { outdated: npmOutdated, vulnerable: npmVulnerable },
  yarn: { outdated: yarnOutdated, vulnerable: yarnVulnerable },
  pip: { outdated: pipOutdated, vulnerable: () => null },
};

/** Rows of a report that are kept at most. */
const ROWS = 500;

/** What a manager's answer says; null when it says nothing that is understood. */
export function readOutdated(manager: PackageManager, answer: Answer): Outdated | null {
  return readers[manager].outdated(answer)?.slice(0, ROWS) ?? null;
}
export function readVulnerable(manager: PackageManager, answer: Answer): Vulnerable | null {
  return readers[manager].vulnerable(answer)?.slice(0, ROWS) ?? null;
}

const unreachable =
  /\b(?:ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b|Failed to establish a new connection|Name or service not known|name resolution|getaddrinfo|connection broken by/i;

/** Whether what was printed says that nobody answered. */
export const isUnreachable = (printed: string): boolean => unreachable.test(printed);
