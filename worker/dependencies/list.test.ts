import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listDependencies } from "./list";
import { dependenciesSeen } from "./seen";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(`${tmpdir()}/by-list-`);
  await mkdir(`${root}/files`);
});
afterEach(() => rm(root, { recursive: true }));

const put = async (path: string, text: unknown) => {
  await mkdir(dirname(`${root}/${path}`), { recursive: true });
  await writeFile(`${root}/${path}`, typeof text === "string" ? text : JSON.stringify(text));
};
const list = (entry = "index.js", runtime: "node" | "python" = "node") =>
  listDependencies({ root, files: `${root}/files`, venv: `${root}/venv`, runs: "" }, { runtime, entry });
const states = async (entry?: string) =>
  Object.fromEntries((await list(entry)).dependencies.map(({ name, installed, state }) => [name, [installed, state]]));

test("what is installed fits, is another, is missing, or only its manager can tell", async () => {
  await put("files/package.json", { dependencies: { a: "^1.0.0", b: "^2.0.0", c: "*", d: "latest", e: "file:./e" } });
  for (const [name, version] of Object.entries({ a: "1.4.0", b: "1.0.0", d: "3.0.0", e: "0.1.0", z: "9.0.0" }))
    await put(`files/node_modules/${name}/package.json`, { name, version });
  expect(await states()).toEqual({
    a: ["1.4.0", "ok"],
    b: ["1.0.0", "other"],
    c: [null, "missing"],
    d: ["3.0.0", "unknown"],
    e: ["0.1.0", "unknown"],
  });
  expect((await list()).others).toEqual([{ name: "z", version: "9.0.0" }]);
});

test("links of pnpm and workspaces are followed within the bot's folder, and never out of it", async () => {
  await put("secret/package.json", { version: "6.6.6" });
  await put("files/package.json", { dependencies: { a: "*", b: "*", out: "*", abs: "*", file: "*" } });
  await put("files/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json", { version: "1.0.0" });
  await put("files/packages/b/package.json", { version: "2.0.0", dependencies: { a: "2" } });
  const link = (target: string, name: string) => symlink(target, `${root}/files/node_modules/${name}`);
  await link(".pnpm/a@1.0.0/node_modules/a", "a");
  await link("../packages/b", "b");
  await link("../../secret", "out");
  await link(`${root}/secret`, "abs");
  await mkdir(`${root}/files/node_modules/file`);
  await symlink(`${root}/secret/package.json`, `${root}/files/node_modules/file/package.json`);
  expect(await states()).toEqual({
    a: ["1.0.0", "ok"],
    b: ["2.0.0", "ok"],
    out: [null, "missing"],
    abs: [null, "missing"],
    file: [null, "missing"],
  });
  expect((await list("packages/b/index.js")).dependencies.at(-1)).toMatchObject({
    name: "a",
    file: "packages/b/package.json",
    installed: "1.0.0",
    state: "other",
  });
});

test("a manifest that is broken, or a link out of the folder, is told and quotes nothing", async () => {
  await put("secret.json", '{"dependencies":{"hunter2":"1"}}');
  await symlink(`${root}/secret.json`, `${root}/files/package.json`);
  expect(await list()).toMatchObject({ dependencies: [], broken: [{ file: "package.json" }] });
  expect(JSON.stringify(await list())).not.toContain("hunter2");
  await put("files/requirements.txt", "-r ../../secret.json\n-r /etc/passwd\n-r requirements.txt\naiohttp\n");
  expect(await list("main.py", "python")).toMatchObject({ dependencies: [{ name: "aiohttp", state: "missing" }] });
});

test("a file that is hidden from whoever asks says nothing, also where one that they may write takes it in", async () => {
  const folders = { root, files: `${root}/files`, venv: `${root}/venv`, runs: "" };
  const python = { runtime: "python" as const, entry: "main.py" };
  const vulnerable = ["aiohttp", "hunter2"].map((name) => ({
    name,
    severity: "high",
    title: "",
    range: "",
    fixed: true,
  }));
  const troubles = [{ about: "outdated" as const, why: "failed" as const, detail: "secrets/more.txt" }];
  const report = { at: 1, outdated: null, vulnerable, troubles };
  const seen = (hidden: string[]) => dependenciesSeen(folders, python, { report, work: { state: "none" } }, hidden);
  await put("files/requirements.txt", "-r .env\n-r secrets/more.txt\naiohttp\n");
  await put("files/.env", "hunter2\n");
  await put("files/secrets/more.txt", "hunter2\n");
  expect(JSON.stringify((await seen([])).dependencies)).toContain("hunter2");
  const less = await seen([".env", "secrets/**"]);
  expect(less).toMatchObject({ files: ["requirements.txt"], dependencies: [{ name: "aiohttp" }] });
  expect(JSON.stringify(less)).not.toMatch(/hunter2|secrets|\.env/);
  // What is hidden has nothing to do with packages: then nothing is left out.
  expect((await seen(["notes.md"])).report).toEqual(report);
});
