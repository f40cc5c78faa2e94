import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { expect, test } from "vitest";
import { complete } from "./complete-lock.mjs";
import { complaint } from "./node-version.mjs";
import { schemaDiff } from "./steps/schema-diff.mjs";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test("the oldest Node of the scripts is the one of package.json", () => {
  const oldest = JSON.parse(read("../package.json")).engines.node.replace(">=", "");
  expect(complaint(oldest)).toBe("");
  expect(complaint("20.18.9")).toContain(oldest);
  expect([complaint("20.19.1"), complaint("22.0.0"), complaint("24.11.1")]).toEqual(["", "", ""]);
  expect(complaint("12.22.12")).toMatch(/^Botyard needs Node/);
});

test.each(["start", "stop", "dev", "build", "test", "check", "bench", "chaos", "node-version"])(
  "an old Node can read %s.mjs",
  async (name) => {
    const text = read(`${name}.mjs`);
    const forms = await Promise.all(["node12.22", "esnext"].map((target) => transform(text, { target, minify: true })));
    expect(forms[0]?.code).toBe(forms[1]?.code);
  },
);

test("nothing that bundles a program stays running beside it", async () => {
  // It ends when it has no child any more.
  const program = `import { readFileSync } from "node:fs";
    import { bundle } from "${new URL("./steps/bundle.mjs", import.meta.url)}";
    await bundle("launcher");
    const children = \`/proc/\${process.pid}/task/\${process.pid}/children\`;
    while (readFileSync(children, "utf8") !== "") await new Promise(setImmediate);`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { timeout: 10_000 });
}, 15_000);

test("a lock is completed with the platforms that are missing, and its download addresses go", () => {
  const lock = {
    packages: {
      "": {},
      "node_modules/a": {
        resolved: "https://registry.example.org/a.tgz",
        dev: true,
        optionalDependencies: {
          "@a/linux-arm-gnueabihf": "^1.0.0",
          "@a/linux-x64-musl": "1.0.0",
          "@a/win32-ia32-msvc": "1.0.0",
        },
      },
      "node_modules/a/node_modules/@a/linux-x64-musl": { version: "1.0.0" },
    },
  };
  expect(complete(lock)).toEqual(["@a/linux-arm-gnueabihf", "@a/win32-ia32-msvc"]);
  expect(lock.packages).toMatchObject({
    "node_modules/@a/linux-arm-gnueabihf": {
      version: "1.0.0",
      cpu: ["arm"],
      dev: true,
      libc: ["glibc"],
      optional: true,
      os: ["linux"],
    },
    "node_modules/@a/win32-ia32-msvc": { version: "1.0.0", cpu: ["ia32"], os: ["win32"] },
  });
  expect(JSON.stringify(lock)).not.toContain("example.org");
  expect(complete(lock)).toEqual([]);
});

test("a migration is the difference of two schema texts", async () => {
  const schema = (field: string) =>
    `datasource db {\n provider = "postgresql"\n}\nmodel Thing {\n id Int @id\n ${field}\n}\n`;
  expect(await schemaDiff(null, schema(""))).toContain('CREATE TABLE "Thing"');
  expect(await schemaDiff(schema(""), schema("size Int?"))).toContain(
    'ALTER TABLE "Thing" ADD COLUMN     "size" INTEGER',
  );
  expect(await schemaDiff(schema("size Int?"), schema("size Int?"))).toMatch(/^-- This is an empty migration/);
});
