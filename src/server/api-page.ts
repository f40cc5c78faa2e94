import { errorTable } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { type Document, openApi } from "./openapi";

const words = en.server.docs;
let made: Promise<string> | undefined;

/** The API as a page for people, made once from the OpenAPI document. What it tries is asked by public/api-docs.js. */
export function apiPage(): Promise<string> {
  made ??= openApi().then(render);
  return made;
}

/** What the page may do: ask this panel, and run the one script that does it. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

type Path = NonNullable<NonNullable<Document["paths"]>[string]>;
type Operation = NonNullable<Path["get"]>;
type Listed = { method: string; path: string; operation: Operation };
type Parameter = { name: string; in: string; required?: boolean; schema?: unknown; description?: string };

const methods = ["get", "post", "put", "patch", "delete"] as const;

function render(document: Document): string {
  const listed = Object.entries(document.paths ?? {}).flatMap(([path, item]): Listed[] =>
    methods.flatMap((method) => {
      const operation = item?.[method];
      return operation ? [{ method, path: `/api${path}`, operation }] : [];
    }),
  );
  const tags = [...new Set(listed.map(({ operation }) => operation.tags?.[0] ?? ""))];
  const told: Record<string, string> = words.tags;
  const sections = tags.map((tag) => {
    const own = listed.filter(({ operation }) => (operation.tags?.[0] ?? "") === tag);
    const articles = own.map((one) => renderOperation(document, one)).join("");
    return `<section id="${text(tag)}"><h2>${text(tag)}</h2><p>${text(told[tag] ?? "")}</p>${articles}</section>`;
  });
  const places = [...tags.map((tag) => [tag, tag]), ["schemas", words.schemas], ["failures", words.failures]];
  const links = places.map(([to = "", name = ""]) => `<a href="#${text(to)}">${text(name)}</a>`).join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${text(words.title)}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>${style}</style>
<script src="/api-docs.js" defer></script></head>
<body data-waiting="${text(words.running)}" data-unreached="${text(words.unreached)}">
<header><h1>${text(words.title)} ${text(document.info.version)}</h1>
<p>${text(words.intro)}<a href="/api/v1/openapi.json">openapi.json</a></p>
<label>${text(words.key)} <input id="key" type="password" autocomplete="off" spellcheck="false" aria-describedby="key-hint"></label>
<p class="meta" id="key-hint">${text(words.keyHint)}</p><nav aria-label="${text(words.parts)}">${links}</nav></header>
<main>${sections.join("")}${renderSchemas(document)}${renderFailures()}</main></body></html>`;
}

function renderOperation(document: Document, { method, path, operation }: Listed): string {
  const asked = Reflect.get(operation, "x-permission");
  const permission = [asked === "open" ? words.open : asked, ...(Reflect.get(operation, "x-permission-instead") ?? [])];
  const success = Object.entries(operation.responses ?? {}).find(([status]) => status.startsWith("2"));
  const parameters = (operation.parameters ?? []).flatMap((one) => parameterOf(document, one));
  const name = operation.operationId ?? path;
  const rows = parameters.map(
    (one) =>
      `<tr><td><code>${text(one.name)}</code></td><td>${text(one.in)}</td><td>${one.required ? words.required : words.optional}</td><td>${text(one.description ?? "")}</td><td><code>${text(JSON.stringify(one.schema ?? {}))}</code></td></tr>`,
  );
  return `<article id="${text(name)}">
<h3><span>${method.toUpperCase()}</span> <code>${text(path)}</code></h3>
<p>${text(operation.summary ?? "")}${operation.description ? ` — ${text(operation.description)}` : ""}</p>
<p class="meta">${text(words.permission)}: <code>${permission
    .map(String)
    .map(text)
    .join(`</code> ${text(words.or)} <code>`)}</code></p>
${rows.length > 0 ? `<h4>${text(words.parameters)}</h4><div class="wide" tabindex="0" role="region" aria-label="${text(words.parameters)}: ${text(name)}"><table>${rows.join("")}</table></div>` : ""}
${schemaBlock(words.body, operation.requestBody)}
${success ? schemaBlock(`${words.answer} ${success[0]}`, success[1]) : ""}
${renderForm({ method, path, name, parameters, body: bodyOf(document, operation.requestBody) })}</article>`;
}

type Body = { kind: "json"; example: string } | { kind: "file" } | null;
type Form = { method: string; path: string; name: string; parameters: Parameter[]; body: Body };

function renderForm({ method, path, name, parameters, body }: Form): string {
  const fields = parameters.map(
    (one) =>
      `<label>${text(one.name)} <input name="${text(one.name)}" data-in="${text(one.in)}"${one.required ? " required" : ""} autocomplete="off" spellcheck="false"></label>`,
  );
  const given =
    body?.kind === "json"
      ? `<label>${text(words.bodyOf)} <textarea rows="${Math.min(12, body.example.split("\n").length + 1)}" spellcheck="false">${text(body.example)}</textarea></label>`
      : body
        ? `<label>${text(words.fileOf)} <input type="file"></label>`
        : "";
  return `<details><summary>${text(words.tryIt)}: ${text(name)}</summary><form data-method="${method.toUpperCase()}" data-path="${text(path)}">
${fields.join("")}${given}<p><button>${text(words.send)}</button> <button type="button" data-stop hidden>${text(words.stop)}</button></p>
<pre tabindex="0" role="status" aria-label="${text(words.answer)}: ${text(name)}" hidden></pre></form></details>`;
}

/** What stands where something is referred to. */
function found(document: Document, at: unknown): unknown {
  const ref = typeof at === "object" && at !== null ? Reflect.get(at, "$ref") : undefined;
  if (typeof ref !== "string") return at;
  return ref
    .slice(2)
    .split("/")
    .reduce<unknown>((of, key) => (typeof of === "object" && of !== null ? Reflect.get(of, key) : undefined), document);
}

function parameterOf(document: Document, one: unknown): Parameter[] {
  const at = found(document, one);
  return typeof at === "object" && at !== null && "name" in at && "in" in at ? [at as Parameter] : [];
}

function bodyOf(document: Document, body: object | undefined): Body {
  const [type, media] = Object.entries((body && "content" in body && body.content) || {})[0] ?? [];
  if (type === undefined) return null;
  if (type !== "application/json") return { kind: "file" };
  return { kind: "json", example: JSON.stringify(exampleOf(document, Reflect.get(media ?? {}, "schema")), null, 2) };
}

/** The least that fits a schema, to begin with. */
function exampleOf(document: Document, raw: unknown, depth = 0): unknown {
  const schema = found(document, raw);
  if (typeof schema !== "object" || schema === null || depth > 6) return {};
  const at = (key: string): unknown => Reflect.get(schema, key);
  const choices = [at("anyOf"), at("oneOf"), at("allOf")].find(Array.isArray);
  if ("const" in schema) return at("const");
  if ("default" in schema) return at("default");
  if (Array.isArray(at("enum"))) return (at("enum") as unknown[])[0];
  if (choices) return exampleOf(document, choices[0], depth + 1);
  if (at("type") === "array") return [];
  if (at("type") === "string") return "";
  if (at("type") === "boolean") return false;
  if (at("type") === "integer" || at("type") === "number") return at("minimum") ?? 0;
  const properties = Object.entries((at("properties") as object | undefined) ?? {});
  const required = at("required");
  return Object.fromEntries(
    properties
      .filter(([key]) => Array.isArray(required) && required.includes(key))
      .map(([key, inner]) => [key, exampleOf(document, inner, depth + 1)]),
  );
}

// A body or an answer: the first of its content types, folded.
function schemaBlock(title: string, holder: object | undefined): string {
  const content = holder && "content" in holder ? holder.content : undefined;
  if (typeof content !== "object" || content === null) return "";
  const [first] = Object.entries(content);
  if (!first) return "";
  const [type, media] = first;
  const schema = typeof media === "object" && media !== null && "schema" in media ? media.schema : {};
  return folded(`${title} · ${type}`, schema);
}

const folded = (title: string, schema: unknown): string =>
  `<details><summary>${text(title)}</summary><pre tabindex="0">${text(JSON.stringify(schema, null, 2))}</pre></details>`;

function renderSchemas(document: Document): string {
  const blocks = Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => folded(name, schema));
  return `<section id="schemas"><h2>${text(words.schemas)}</h2>${blocks.join("")}</section>`;
}

function renderFailures(): string {
  const rows = Object.entries(errorTable).map(
    ([code, { status }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${text(sentences[code] ?? "")}</td></tr>`,
  );
  return `<section id="failures"><h2>${text(words.failures)}</h2><p>${text(words.failuresIntro)}</p>
<div class="wide" tabindex="0" role="region" aria-label="${text(words.failures)}"><table><thead><tr><th>${words.code}</th><th>${words.status}</th><th>${words.sentence}</th></tr></thead><tbody>${rows.join("")}</tbody></table></div></section>`;
}
const sentences: Record<string, string> = en.error;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const text = (raw: string): string => raw.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

const style = `:root{color-scheme:light dark;--line:light-dark(#ddd6ee,#2b2440);--dim:light-dark(#5d5673,#a49bc2);--field:light-dark(#fff,#161126);--accent:light-dark(#5b2fd6,#a78bfa)}
*{box-sizing:border-box}body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem;font:16px/1.5 system-ui,sans-serif;background:light-dark(#f7f5fc,#0c0915);color:light-dark(#1c1730,#eae6f7)}
a,summary{color:var(--accent)}nav{display:flex;flex-wrap:wrap;gap:.75rem}article{border-top:1px solid var(--line);padding:.5rem 0}
h3{font-size:1rem;margin:.5rem 0;overflow-wrap:anywhere}h3 span{font-weight:700}h4{margin:.5rem 0}.meta{color:var(--dim)}p{overflow-wrap:anywhere}
:target{outline:2px solid var(--accent);outline-offset:2px}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}summary{cursor:pointer;padding:.35rem 0}
.wide{overflow-x:auto}table{border-collapse:collapse}td,th{border-bottom:1px solid var(--line);padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}
pre{overflow:auto;max-height:24rem;padding:.75rem;border:1px solid var(--line);border-radius:.5rem;font-size:.85rem;background:var(--field)}
label{display:block;margin:.5rem 0}input,textarea{display:block;width:100%;max-width:36rem;min-height:2.5rem;padding:.5rem;border:1px solid var(--dim);border-radius:.5rem;font:inherit;background:var(--field);color:inherit}textarea{font-family:ui-monospace,monospace;font-size:.85rem}
button{min-height:2.5rem;padding:.4rem 1rem;border:1px solid var(--accent);border-radius:.5rem;font:inherit;background:var(--field);color:var(--accent);cursor:pointer}`;
