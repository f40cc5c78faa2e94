import { AppError } from "#contracts/errors";
import type { BotFolders, Driver } from "../ports/index";
import type { Passed } from "./passed";
import { ask, exists, firstProgram, makeHome, pathOf, readsOf, systemDirs } from "./programs";
import { packagesPlan } from "./python-packages";

const system = () => firstProgram(["/usr/bin", ...systemDirs].map((dir) => `${dir}/python3`));
const versionOf = async (program: string) => (await ask(program, ["--version"]))?.match(/^Python (\S+)/)?.[1] ?? null;

/** What installs and changes packages on this machine. AppError runtime_unavailable. */
export async function pythonMachine(passed: Passed) {
  const python = await system();
  const version = python === undefined ? null : await versionOf(python);
  if (python === undefined || version === null) throw unavailable();
  return { python, version, passed };
}

/** Runs Python with the bot's own venv when it has one, else with the system's python3. */
export function createPythonDriver(passed: Passed): Driver {
  const driver: Driver = {
    name: "python",
    async probe() {
      const program = await system();
      return program === undefined ? null : versionOf(program);
    },
    fits: (entry) => /\.py$/.test(entry),
    prepare: async (folders) => packagesPlan(folders, await pythonMachine(passed)),
    async launch(folders: BotFolders, entry, args) {
      if (!driver.fits(entry)) throw new AppError("runtime_mismatch", { entry, runtime: "Python" });
      const own = await firstProgram([`${folders.venv}/bin/python`]);
      const machine = await system();
      const python = own ?? machine;
      if (python === undefined) throw unavailable();
      return {
        // A venv's python is a link to the one that made it. It is not asked where it leads: the bot can have it lead anywhere.
        reads: machine === undefined ? [] : await readsOf(machine),
        argv: [python, ...(await started(folders, entry)), ...args],
        env: {
          PATH: own ? pathOf(`${folders.venv}/bin`) : pathOf(),
          HOME: await makeHome(folders),
          // Output to a file is held back by the block otherwise: the console would stay empty for minutes.
          PYTHONUNBUFFERED: "1",
          ...(own ? { VIRTUAL_ENV: folders.venv } : {}),
        },
      };
    },
  };
  return driver;
}

/** A package is started as one (`python -m bot`): run as a file, what it imports from beside itself is not found. */
async function started({ files }: BotFolders, entry: string): Promise<string[]> {
  const folder = entry.replace(/\/?__main__\.py$/, "");
  const isPackage = folder !== entry && /^[A-Za-z_]\w*(\/[A-Za-z_]\w*)*$/.test(folder);
  if (isPackage && (await exists(`${files}/${folder}/__init__.py`, "file"))) return ["-m", folder.replaceAll("/", ".")];
  return [`${files}/${entry}`];
}

const unavailable = () => new AppError("runtime_unavailable", { runtime: "Python 3" });
