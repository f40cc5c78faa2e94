import { z } from "zod";

/** What is read of a package.json here; a part of the wrong type counts as absent. */
const packageShape = z.object({
  name: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  packageManager: z.string().optional().catch(undefined),
  scripts: z.record(z.string(), z.unknown()).optional().catch(undefined),
  engines: z.object({ node: z.string().optional() }).optional().catch(undefined),
  dependencies: z.record(z.string(), z.unknown()).optional().catch(undefined),
  devDependencies: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
export type PackageManifest = z.infer<typeof packageShape>;

/** Reads a package.json, or says in a few words why it cannot be read. */
export function readPackage(text: string): { manifest: PackageManifest } | { broken: string } {
  try {
    const read = packageShape.safeParse(JSON.parse(text.replace(/^\ufeff/, "")));
    return read.success ? { manifest: read.data } : { broken: "{…}" };
  } catch (error) {
    return { broken: error instanceof Error ? error.message.replace(/\s+/g, " ").slice(0, 120) : "?" };
  }
}

/** The smallest version of Node that a range like ">=22.12 || ^24" takes, as far as it can be told. */
export function leastNode(range: string): readonly [number, number] | undefined {
  const least = range.split("||").map((part) => {
    const trimmed = part.trim();
    if (/^(<|lts|node|\*|$)/.test(trimmed)) return undefined;
    const match = /(\d+)(?:\.(\d+))?/.exec(trimmed);
    return match ? ([Number(match[1]), Number(match[2] ?? 0)] as const) : undefined;
  });
  return least.reduce((a, b) => (a && b ? (a[0] < b[0] || (a[0] === b[0] && a[1] <= b[1]) ? a : b) : undefined));
}
