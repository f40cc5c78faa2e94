import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

const inRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * The worker as users run it, and the one that runs small programs: worker/main.ts itself with two of its parts exchanged. Under
 * names of their own: a panel of this tree may be running.
 */
export const workers = { real: inRoot("dist/bench-worker.mjs"), small: inRoot("dist/bench-small-worker.mjs") } as const;

const exchanged: Readonly<Record<string, string>> = {
  "./runtimes/index": inRoot("bench/worker/runtimes.ts"),
  "./supervisor/index": inRoot("bench/worker/supervisor.ts"),
};

/** Bundles both, as scripts/steps/bundle.mjs does. */
export async function buildWorkers(): Promise<void> {
  const common: BuildOptions = {
    entryPoints: [inRoot("worker/main.ts")],
    absWorkingDir: inRoot("."),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "silent",
  };
  await build({ ...common, outfile: workers.real });
  await build({
    ...common,
    outfile: workers.small,
    plugins: [
      {
        name: "exchange",
        setup({ onResolve }) {
          onResolve({ filter: /^\.\/(runtimes|supervisor)\/index$/ }, ({ path, importer }) => {
            const other = importer === inRoot("worker/main.ts") ? exchanged[path] : undefined;
            return other === undefined ? undefined : { path: other };
          });
        },
      },
    ],
  });
}
