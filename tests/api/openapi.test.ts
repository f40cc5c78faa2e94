import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConfig, lint } from "@redocly/openapi-core";
import { OpenAPIClientAxios } from "openapi-client-axios";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { problem } from "#contracts/problem";
import { openApi, operationsOf } from "../../src/server/openapi";
import { keyOf, openTestPanel, type Person, type TestPanel } from "../../src/server/testing/panel";
import { serve } from "../support/served";

/*
 * The document as others read it: a linter, and a client that builds itself from it and knows nothing else of us.
 */

let panel: TestPanel;
let web: Awaited<ReturnType<typeof serve>>;
let owner: Person;
beforeAll(async () => {
  panel = await openTestPanel();
  web = await serve();
  owner = await panel.person("otto");
});
afterAll(async () => {
  await web?.close();
  await panel?.close();
});

test("the linter finds nothing, with all rules that it recommends", async () => {
  const folder = mkdtempSync(join(tmpdir(), "by-openapi-"));
  try {
    const ref = join(folder, "openapi.json");
    writeFileSync(ref, JSON.stringify(await openApi()));
    const config = await createConfig({ extends: ["recommended"] });
    const said = (await lint({ ref, config })).map(({ ruleId, message, location }) => [
      ruleId,
      message,
      location[0]?.pointer,
    ]);
    expect(said).toEqual([]);
    // One that has a mistake is found.
    writeFileSync(ref, JSON.stringify({ ...(await openApi()), tags: [{ description: "nameless" }] }));
    expect((await lint({ ref, config })).length).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("every operation says who may, and how it fails", async () => {
  const document = await openApi();
  const all = operationsOf(document);
  expect(all.length).toBeGreaterThan(100);
  const tags = new Set(document.tags?.map(({ name }) => name));
  for (const operation of all) {
    const { operationId, responses = {}, security } = operation;
    const isOpen = Reflect.get(operation, "x-permission") === "open";
    expect([operationId, security]).toEqual([operationId, isOpen ? [] : undefined]);
    expect([operationId, "401" in responses, "429" in responses]).toEqual([operationId, !isOpen, true]);
    expect([operationId, operation.tags?.every((tag) => tags.has(tag))]).toEqual([operationId, true]);
  }
});

test("a client made of the document lists, makes, changes and reads refusals", async () => {
  const { authorization = "" } = await keyOf(panel.db, owner.id, new Date(Date.now() + 600_000));
  const document = await openApi();
  const client = await new OpenAPIClientAxios({
    definition: structuredClone(document) as never,
    axiosConfigDefaults: { baseURL: `${web.url}/api`, headers: { authorization }, validateStatus: () => true },
  }).init();
  const ask = async (name: string, ...input: unknown[]) => {
    const call: unknown = Reflect.get(client, name);
    if (typeof call !== "function") throw new Error(`the client has no ${name}`);
    const { status, data, headers } = await call(...input);
    return { status, data, headers };
  };
  const made = await ask("imports.create", {}, { kind: "template", template: "demo-js" });
  const importId = z.object({ id: z.string() }).parse(made.data).id;
  const bot = { importId, name: "theirs", runtime: "node", entry: "index.js" };
  const key = { headers: { "Idempotency-Key": "one" } };
  const created = await ask("bots.create", {}, bot, key);
  expect(created).toMatchObject({ status: 201, data: { name: "theirs" } });
  expect((await ask("bots.create", {}, bot, key)).data).toEqual(created.data);
  const botId = created.data.id;
  const read = await ask("bots.get", { botId });
  const renamed = await ask("bots.update", { botId, "If-Match": read.headers.etag }, { name: "mine" });
  expect(renamed).toMatchObject({ status: 200, data: { name: "mine" } });
  const late = await ask("bots.update", { botId, "If-Match": read.headers.etag }, { name: "late" });
  expect([late.status, problem.parse(late.data).code]).toEqual([412, "precondition_failed"]);
  expect(await ask("bots.list", { text: "MINE", limit: 1 })).toMatchObject({
    data: { bots: [{ id: botId }], next: null },
  });
  const none = await ask("bots.get", { botId: "abcdefghij" });
  expect([none.status, problem.parse(none.data).type]).toEqual([404, "/api/docs#not_found"]);
});
