import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/*
 * The SQL that leads from one schema text to another, by Prisma's own engine compiled to WebAssembly. Both sides are texts:
 * the engine's ways that start from a database or from migrations run SQL where they are pointed, so it is given a database
 * that answers one question (who are you) and refuses every other.
 */

const asWasmResult = (answer) => async (query) => {
  const value = answer(query);
  return value === undefined ? { ok: false, error: { kind: "GenericJs", id: 0 } } : { ok: true, value };
};
const refuse = asWasmResult(() => undefined);
const whoAreYou = asWasmResult(({ sql }) =>
  sql.includes("version()")
    ? {
        columnNames: ["exists", "version", "numeric_version"],
        columnTypes: [5, 7, 0],
        rows: [[true, "PostgreSQL 18.4", 180004]],
      }
    : undefined,
);
const nowhere = {
  provider: "postgres",
  adapterName: "nowhere",
  queryRaw: whoAreYou,
  executeRaw: refuse,
  executeScript: refuse,
  startTransaction: refuse,
  getConnectionInfo: () => ({ ok: true, value: { schemaName: "public", supportsRelationJoins: true } }),
  dispose: async () => ({ ok: true }),
};

let loading;

// Once per process: the glue keeps one instance in a variable of its own.
function load() {
  loading ??= (async () => {
    const folder = dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"));
    const glue = await import(pathToFileURL(join(folder, "schema_engine_bg.js")).href);
    const code = new WebAssembly.Module(readFileSync(join(folder, "schema_engine_bg.wasm")));
    const { exports } = new WebAssembly.Instance(code, { "./schema_engine_bg.js": glue });
    globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) };
    glue.__wbg_set_wasm(exports);
    exports.__wbindgen_start();
    return glue;
  })();
  return loading;
}

async function openEngine(schema) {
  const glue = await load();
  return glue.SchemaEngine.new({ datamodels: [["schema.prisma", schema]] }, () => {}, {
    provider: "postgres",
    adapterName: "nowhere",
    connect: async () => ({ ok: true, value: nowhere }),
    connectToShadowDb: async () => ({ ok: false, error: { kind: "GenericJs", id: 0 } }),
  });
}

/** SQL from schema text `from` (null: an empty database) to schema text `to`. */
export async function schemaDiff(from, to) {
  const engine = await openEngine(to);
  const target = (content) => ({ tag: "schemaDatamodel", files: [{ path: "schema.prisma", content }] });
  const { stdout } = await engine.diff({
    from: from === null ? { tag: "empty" } : target(from),
    to: target(to),
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout ?? "";
}
