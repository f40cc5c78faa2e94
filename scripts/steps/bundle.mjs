import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./root.mjs";
import { StepFailed } from "./run.mjs";

// Entry and result.
const programs = {
  worker: ["worker/main.ts", "dist/worker.mjs"],
  search: ["worker/search/thread.ts", "dist/search.mjs"],
  spawner: ["worker/process/spawner.ts", "dist/spawner.mjs"],
  cli: ["cli/main.ts", "dist/cli.mjs"],
  launcher: ["launcher/main.ts", "dist/launcher.mjs"],
};

// What runs beside another, from the same folder.
const beside = { worker: ["search", "spawner"] };

/** Bundles programs by name, with what runs beside them, each into one file that needs only node_modules beside it. */
export async function bundle(...names) {
  const { build, stop } = await import("esbuild");
  const one = async (name) => {
    const [entry, outfile] = programs[name];
    const { outputFiles } = await build({
      entryPoints: [join(root, entry)],
      outfile: join(root, outfile),
      absWorkingDir: root,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      packages: "external",
      sourcemap: true,
      logLevel: "silent",
      write: false,
    }).catch((error) => {
      throw new StepFailed(`${entry} could not be bundled: ${error.message}`);
    });
    for (const file of outputFiles) place(file.path, file.contents);
  };
  try {
    await Promise.all(names.flatMap((name) => [name, ...(beside[name] ?? [])]).map(one));
  } finally {
    // esbuild's process would stay for as long as `npm start` runs.
    await stop();
  }
}

// By rename: PM2 may start a program, or another script import it, at this very moment.
function place(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

/** The launcher as a module, bundled anew: 60 ms, and never older than its sources. */
export async function loadLauncher() {
  await bundle("launcher");
  return import(join(root, programs.launcher[1]));
}

/** Whether a person's tree has the packages a bundle needs. */
export const canBundle = () => existsSync(join(root, "node_modules/esbuild"));
