import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ID, openStage } from "./testing/stage";

/* Real pip with wheels that lie in a folder. */

const WHEEL = `import sys, zipfile
folder, name, version = sys.argv[1:]
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    info = f"{name}-{version}.dist-info/"
    wheel.writestr(f"{name}.py", f"VERSION = '{version}'")
    wheel.writestr(info + "METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n\\nName: somebody-else\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "RECORD", f"{name}.py,,\\n{info}METADATA,,\\n{info}WHEEL,,\\n{info}RECORD,,\\n")
`;

let wheels: string;
let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => {
  wheels = await mkdtemp(`${tmpdir()}/by-wheels-`);
  for (const [name, version] of [
    ["greet_ing", "1.0"],
    ["greet_ing", "1.5"],
    ["greet_ing", "2.0"],
    ["other", "3.1"],
  ] as const)
    execFileSync("/usr/bin/python3", ["-c", WHEEL, wheels, name, version]);
});
afterAll(() => rm(wheels, { recursive: true }));
afterEach(() => stage.close());

const open = (files: Record<string, string>) =>
  openStage(
    { "main.py": "", ...files },
    { runtime: "python", entry: "main.py" },
    { PIP_NO_INDEX: "1", PIP_FIND_LINKS: wheels },
  );
const read = (file: string) => readFile(`${stage.files}/${file}`, "utf8");
const whole = 180_000;

test(
  "requirements are written line by line, installed, listed, reported on and taken out; comments stay",
  async () => {
    stage = await open({
      "requirements.txt": "# what it needs\n-r requirements/base.txt\n",
      "requirements/base.txt": "other==3.*  # pinned\n",
    });
    expect(await stage.list()).toMatchObject({
      manager: "pip",
      files: ["requirements.txt", "requirements/base.txt"],
      dependencies: [{ name: "other", wanted: "==3.*", file: "requirements/base.txt", state: "missing" }],
    });
    await stage.install("Greet.Ing", "<2");
    expect(await stage.ended()).toMatchObject({ state: "done" });
    expect(await read("requirements.txt")).toBe("# what it needs\n-r requirements/base.txt\nGreet.Ing<2\n");
    expect((await stage.list()).dependencies).toMatchObject([
      { name: "Greet.Ing", installed: "1.5", state: "ok" },
      { name: "other", installed: "3.1", state: "ok" },
    ]);
    expect((await stage.list()).others.map(({ name }) => name)).toContain("pip");

    await stage.dependencies.check(ID);
    await stage.ended();
    expect((await stage.list()).report).toMatchObject({
      outdated: expect.arrayContaining([expect.objectContaining({ name: "greet_ing", current: "1.5", latest: "2.0" })]),
      vulnerable: null,
      troubles: [{ about: "vulnerable", why: "unsaid" }],
    });

    await stage.remove("other");
    expect(await stage.ended()).toMatchObject({ state: "done" });
    expect(await read("requirements/base.txt")).toBe("");
    expect((await stage.list()).dependencies).toMatchObject([{ name: "Greet.Ing" }]);
  },
  whole,
);

test(
  "what cannot be installed is taken out of the file again, and nothing is made where nothing was",
  async () => {
    stage = await open({});
    await stage.install("nobody-has-this", "==1");
    expect(await stage.ended()).toMatchObject({
      state: "failed",
      code: "dependency_failed",
      values: { last: expect.stringContaining("nobody-has-this") },
    });
    await expect(read("requirements.txt")).rejects.toThrow();
  },
  whole,
);

test(
  "files whose form only another tool knows are left alone, and that is said",
  async () => {
    stage = await open({ "pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["other>=4"]\n' });
    await stage.install("greet-ing");
    expect(await stage.ended()).toMatchObject({ state: "failed", code: "dependency_manifest" });
    await stage.close();
    stage = await open({ "requirements.txt": "other==3.1 --hash=sha256:00\n" });
    await stage.install("greet-ing");
    expect(await stage.ended()).toMatchObject({ state: "failed", code: "dependency_manifest" });
    expect(await read("requirements.txt")).toBe("other==3.1 --hash=sha256:00\n");
  },
  whole,
);

test.each([
  ["--index-url=http://evil.example"],
  ["-r"],
  ["x", "; import os"],
  ["x @ git+https://evil.example/x"],
  ["git+ssh://evil.example/x"],
  ["./x"],
  ["x.whl"],
  ["x.tar.gz"],
  ["x", "==1.zip"],
  ["x[a"],
  ["x[a;b]"],
  ["x[--flag]"],
  ["x\n--index-url=http://evil.example"],
  ["x", "==1\n-r /etc/passwd"],
  ["x", "==1 --hash=sha256:0"],
  ["x # y"],
  ["$(id)"],
  ["дискорд"],
  ["x".repeat(215)],
])("%j %j is refused and nothing is written or run", async (name, range = "") => {
  stage = await open({});
  await expect(stage.install(name, range)).rejects.toMatchObject({ code: "dependency_invalid" });
  expect((await stage.list()).work).toEqual({ state: "none" });
  await expect(read("requirements.txt")).rejects.toThrow();
});
