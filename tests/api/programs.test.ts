import { execFile, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FetchingJSONSchemaStore, InputData, JSONSchemaInput, quicktype } from "quicktype-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openApi } from "../../src/server/openapi";
import { keyOf, openTestPanel, type TestPanel } from "../../src/server/testing/panel";
import { serve } from "../support/served";
import { root } from "../support/sources";

/* Programs that are not ours, in two languages: what the documentation tells bots to write, and Python types that a generator made of the document. */

let panel: TestPanel;
let web: Awaited<ReturnType<typeof serve>>;
let env: NodeJS.ProcessEnv;
let botId: string;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "by-programs-"));
  panel = await openTestPanel();
  web = await serve();
  const owner = await panel.person("otto");
  botId = await panel.bot(owner, "asked");
  const { authorization = "" } = await keyOf(panel.db, owner.id, new Date(Date.now() + 600_000));
  env = { ...process.env, BOTYARD_URL: web.url, BOTYARD_TOKEN: authorization.replace("Bearer ", "") };
});
afterAll(async () => {
  await web?.close();
  await panel?.close();
  rmSync(folder, { recursive: true });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** Runs a program; what it printed, or why it failed. */
const run = (program: string, file: string, input = "") =>
  new Promise<string>((resolve, reject) => {
    const child = execFile(program, [file], { env, cwd: folder }, (error, out, err) =>
      error ? reject(new Error(err)) : resolve(out),
    );
    child.stdin?.end(input);
  });

/** What stands in the documentation as a program. */
const examples = (language: string): string[] =>
  [...readFileSync(join(root, "docs/api.md"), "utf8").matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(
    ([, of, text = ""]) => (of === language ? [text] : []),
  );
const restarts = () => panel.db.auditEntry.count({ where: { botId, action: "bot.restart" } });

test("the example in Node.js lists, restarts, and hands a model its tools", async () => {
  const file = join(folder, "bot.mjs");
  writeFileSync(file, `${examples("js").join("\n")}\nconsole.log(forOpenAi.length, forAnthropic.length, text);`);
  const out = await run(process.execPath, file);
  expect(out).toMatch(/^asked stopped\n(\d+) \1 Data from Botyard/);
  expect(await restarts()).toBe(1);
});

test.skipIf(!hasPython)("the example in Python does the same (needs python3)", async () => {
  const before = await restarts();
  const file = join(folder, "bot.py");
  writeFileSync(file, examples("python").join("\n"));
  expect(await run("python3", file)).toBe("asked stopped\n");
  expect(await restarts()).toBe(before + 1);
});

type Asked = { kind: string; method: string; path: string; body?: unknown; schema: object };

/** Whatever can be asked knowing no more than a bot's id, and one change. */
async function asks(document: Awaited<ReturnType<typeof openApi>>): Promise<Asked[]> {
  const parts = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse(document);
  const operation = z.looseObject({
    operationId: z.string(),
    parameters: z.array(z.looseObject({ name: z.string().optional(), required: z.boolean().optional() })).default([]),
    responses: z.record(
      z.string(),
      z.looseObject({ content: z.record(z.string(), z.object({ schema: z.looseObject({}) })).optional() }),
    ),
  });
  return Object.entries(parts.paths).flatMap(([at, methods]) =>
    Object.entries(methods).flatMap(([method, one]) => {
      const read = operation.safeParse(one);
      if (!read.success) return [];
      const { operationId, parameters, responses } = read.data;
      const schema = responses["200"]?.content?.["application/json"]?.schema;
      const isKnown = parameters.every(({ name, required }) => name === "botId" || !required);
      const isChange = operationId === "bots.update";
      if (!schema || !isKnown || !(method === "get" || isChange)) return [];
      const kind = `${operationId
        .split(".")
        .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
        .join("")}Answer`;
      const path = at.replace("{botId}", botId);
      return [{ kind, method: method.toUpperCase(), path, schema, ...(isChange && { body: { name: "from Python" } }) }];
    }),
  );
}

test.skipIf(!hasPython)(
  "Python reads every answer by types that are made of the document, and loses nothing of it (needs python3)",
  async () => {
    const document = await openApi();
    const all = await asks(document);
    expect(all.length).toBeGreaterThan(40);
    const input = new JSONSchemaInput(new FetchingJSONSchemaStore());
    const { components } = z
      .object({ components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }) })
      .parse(document);
    for (const { kind, schema } of [...all, { kind: "Problem", schema: components.schemas.Problem }])
      await input.addSource({ name: kind, schema: JSON.stringify({ ...schema, components }) });
    const inputData = new InputData();
    inputData.addInput(input);
    const { lines } = await quicktype({ inputData, lang: "python", rendererOptions: { "python-version": "3.7" } });
    writeFileSync(join(folder, "panel_types.py"), lines.join("\n"));
    copyFileSync(join(root, "tests/fixtures/python/ask.py"), join(folder, "ask.py"));
    const said = JSON.parse(await run("python3", join(folder, "ask.py"), JSON.stringify(all)));
    const results = z.array(z.object({ kind: z.string(), status: z.number(), same: z.boolean() })).parse(said);
    expect(results.filter(({ same }) => !same)).toEqual([]);
    expect(results.filter(({ status }) => status >= 500)).toEqual([]);
    expect(results.filter(({ status }) => status === 200).length).toBeGreaterThan(30);
    expect(results.find(({ kind }) => kind === "BotsUpdateAnswer")).toMatchObject({ status: 200 });
    expect(await panel.db.bot.findFirst({ where: { id: botId } })).toMatchObject({ name: "from Python" });
  },
);
