import { dirname } from "node:path";
import type { Driver } from "#worker/ports/index";

/*
 * Stands in for worker/runtimes in the bench's worker (see build.ts): a bot's arguments are its whole command line, so that a
 * small program can be run where a panel only runs Node and Python.
 */

export * from "#worker/runtimes/index";

const plain = (name: Driver["name"]): Driver => ({
  name,
  probe: async () => process.version,
  fits: () => true,
  prepare: async () => null,
  async launch(folders, _entry, [program = "", ...args]) {
    const paths = [program, ...args].filter((arg) => arg.startsWith("/"));
    return {
      argv: [program, ...args],
      env: { PATH: "/usr/bin:/bin", HOME: folders.files },
      reads: [...new Set(paths.map((path) => dirname(path)))],
    };
  },
});

/** The same for every runtime. */
export const createRuntimes = () => ({ node: plain("node"), python: plain("python") });
