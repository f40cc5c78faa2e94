import { execFileSync } from "node:child_process";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BotFolders } from "../ports/index";
import { conforms, makeFolders } from "./conformance";
import { createRuntimes } from "./index";

/** A wheel is a zip; Python has one at hand. */
const WHEEL = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    info = "greeting-1.0.dist-info/"
    wheel.writestr("greeting.py", "TEXT = 'hello from the package'")
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: greeting\\nVersion: 1.0\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "RECORD", "greeting.py,,\\n" + info + "METADATA,,\\n" + info + "WHEEL,,\\n" + info + "RECORD,,\\n")
`;
const wheel = "greeting-1.0-py3-none-any.whl";

conforms("python", {
  entries: ["bot.py", "src/a b/main.py"],
  others: ["bot.pyc", "index.js", "py", "bot.py.bak"],
  tells: "import json, os, sys; print(json.dumps(dict(args=sys.argv[1:], cwd=os.getcwd(), env=dict(os.environ))))",
  holds: "import time\nprint('said', end='')\ntime.sleep(600)",
  uses: "import greeting; print(greeting.TEXT)",
  manifest: {
    file: "pyproject.toml",
    broken: "[project\n",
    empty: '[project]\nname = "x"\nversion = "1"\n[tool.black]\nline-length = 100\n',
  },
  tool: /^pip$/,
  async depend(files) {
    execFileSync("/usr/bin/python3", ["-c", WHEEL, `${files}/${wheel}`]);
    await writeFile(`${files}/requirements.txt`, `# what it needs\n./${wheel}\n`);
  },
});

describe("what pip is told", () => {
  const { python } = createRuntimes({});
  let folders: BotFolders;
  beforeEach(async () => {
    folders = await makeFolders();
  });
  afterEach(() => rm(folders.root, { recursive: true }));
  const put = (file: string, text: string) => writeFile(`${folders.files}/${file}`, text);
  const told = async () => {
    const plan = await python.prepare(folders);
    return plan?.steps.map(({ argv }) =>
      argv
        .slice(argv.indexOf("-m") + 1)
        .join(" ")
        .replace(folders.venv, "VENV"),
    );
  };

  test("a venv's python that leads elsewhere gets the bot nothing to read", async () => {
    const foreign = await makeFolders();
    try {
      await writeFile(`${foreign.files}/run`, "#!/bin/sh\n", { mode: 0o755 });
      await mkdir(`${folders.venv}/bin`, { recursive: true });
      const { reads } = await python.launch(folders, "bot.py", []);
      await symlink(`${foreign.files}/run`, `${folders.venv}/bin/python`);
      const led = await python.launch(folders, "bot.py", []);
      expect(led.argv[0]).toBe(`${folders.venv}/bin/python`);
      expect(led.reads).toEqual(reads);
    } finally {
      await rm(foreign.root, { recursive: true });
    }
  });

  test("requirements.txt comes first", async () => {
    await put("requirements.txt", "discord.py\n");
    await put("pyproject.toml", '[project]\ndependencies = ["hikari"]\n');
    expect(await told()).toEqual(["venv --clear VENV", "pip install -r requirements.txt"]);
  });

  test("the dependencies of a project, without building it", async () => {
    await put(
      "pyproject.toml",
      '[project]\nname = "x"\nversion = "1"\ndependencies = ["discord.py>=2.3", "aiohttp[speedups]"]\n',
    );
    expect((await told())?.[1]).toBe("pip install discord.py>=2.3 aiohttp[speedups]");
  });

  test("a project that only its own builder understands is built", async () => {
    await put("pyproject.toml", '[tool.poetry]\nname = "x"\n[build-system]\nrequires = ["poetry-core"]\n');
    expect((await told())?.[1]).toBe("pip install .");
  });

  test.each([
    ['[project]\ndependencies = ["--index-url=https://evil.example"]\n'],
    ["[project]\ndependencies = 7\n"],
    ['project = "x"\n'],
    ["\0"],
  ])("%j is refused", async (text) => {
    await put("pyproject.toml", text);
    await expect(python.prepare(folders)).rejects.toMatchObject({ code: "manifest_unreadable" });
  });

  test("a change in an included file is a change; a file outside is not read", async () => {
    await mkdir(`${folders.files}/deps`);
    await put("requirements.txt", "-r deps/base.txt\n-r ../../../../etc/passwd\n");
    await put("deps/base.txt", "a==1\n-c pins.txt\n-r ../requirements.txt\n");
    const hash = async () => (await python.prepare(folders))?.hash;
    const first = await hash();
    await put("deps/pins.txt", "b==1\n");
    const second = await hash();
    await put("deps/base.txt", "a==2\n-c pins.txt\n");
    expect(new Set([first, second, await hash()]).size).toBe(3);
  });

  test("a package is started as one, a file as a file", async () => {
    await mkdir(`${folders.files}/bot`);
    const told = async (entry: string) => (await python.launch(folders, entry, ["--x"])).argv.slice(1);
    expect(await told("bot/__main__.py")).toEqual([`${folders.files}/bot/__main__.py`, "--x"]);
    await put("bot/__init__.py", "");
    expect(await told("bot/__main__.py")).toEqual(["-m", "bot", "--x"]);
    expect(await told("bot/main.py")).toEqual([`${folders.files}/bot/main.py`, "--x"]);
  });

  test("a venv that is broken is not used", async () => {
    await mkdir(`${folders.venv}/bin`, { recursive: true });
    await writeFile(`${folders.venv}/bin/python`, "not a program");
    expect((await python.launch(folders, "bot.py", [])).argv[0]).toMatch(/python3$/);
  });
});
