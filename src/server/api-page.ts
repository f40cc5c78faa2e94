import { errorTable } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { type Document, openApi } from "./openapi";

const words = en.server.docs;
let made: Promise<string> | undefined;

/** The API as a page for people, made once from the OpenAPI document. It holds no script and asks for nothing else. */
export function apiPage(): Promise<string> {
  made ??= openApi().then(render);
  return made;
}

type Path = NonNullable<NonNullable<Document["paths"]>[string]>;
type Operation = NonNullable<Path["get"]>;
type Listed = { method: string; path: string; operation: Operation };

const methods = ["get", "post", "put", "patch", "delete"] as const;

function render(document: Document): string {
  const listed = Object.entries(document.paths ?? {}).flatMap(([path, item]): Listed[] =>
    methods.flatMap((method) => {
      const operation = item?.[method];
      return operation ? [{ method, path: `/api${path}`, operation }] : [];
    }),
  );
  const tags = [...new Set(listed.map(({ operation }) => operation.tags?.[0] ?? ""))];
  const sections = tags.map((tag) => {
    const own = listed.filter(({ operation }) => (operation.tags?.[0] ?? "") === tag);
    return `<section id="${text(tag)}"><h2>${text(tag)}</h2>${own.map(renderOperation).join("")}</section>`;
  });
  const links = tags.map((tag) => `<a href="#${text(tag)}">${text(tag)}</a>`).join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${text(words.title)}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>${style}</style></head><body>
<header><h1>${text(words.title)} ${text(document.info.version)}</h1>
<p>${text(words.intro)}<a href="/api/v1/openapi.json">openapi.json</a></p><nav>${links}<a href="#failures">${text(words.failures)}</a></nav></header>
<main>${sections.join("")}${renderFailures()}</main></body></html>`;
}

function renderOperation({ method, path, operation }: Listed): string {
  const permission = [
    Reflect.get(operation, "x-permission"),
    ...(Reflect.get(operation, "x-permission-instead") ?? []),
  ];
  const success = Object.entries(operation.responses ?? {}).find(([status]) => status.startsWith("2"));
  const parameters = (operation.parameters ?? []).flatMap((one) => ("name" in one ? [one] : []));
  const rows = parameters.map(
    (one) =>
      `<tr><td><code>${text(one.name)}</code></td><td>${text(one.in)}</td><td>${one.required ? words.required : words.optional}</td><td><code>${text(schemaText(one.schema))}</code></td></tr>`,
  );
  return `<article id="${text(operation.operationId ?? path)}">
<h3><span class="${method}">${method.toUpperCase()}</span> <code>${text(path)}</code></h3>
<p>${text(operation.summary ?? "")}${operation.description ? ` — ${text(operation.description)}` : ""}</p>
<p class="meta">${text(words.permission)}: <code>${permission
    .map(String)
    .map(text)
    .join(`</code> ${text(words.or)} <code>`)}</code></p>
${rows.length > 0 ? `<h4>${text(words.parameters)}</h4><table>${rows.join("")}</table>` : ""}
${schemaBlock(words.body, operation.requestBody)}
${success ? schemaBlock(`${words.answer} ${success[0]}`, success[1]) : ""}</article>`;
}

// A body or an answer: the first of its content types, folded.
function schemaBlock(title: string, holder: object | undefined): string {
  const content = holder && "content" in holder ? holder.content : undefined;
  if (typeof content !== "object" || content === null) return "";
  const [first] = Object.entries(content);
  if (!first) return "";
  const [type, media] = first;
  const schema = typeof media === "object" && media !== null && "schema" in media ? media.schema : {};
  return `<details><summary>${text(title)} · ${text(type)}</summary><pre>${text(JSON.stringify(schema, null, 2))}</pre></details>`;
}

function renderFailures(): string {
  const rows = Object.entries(errorTable).map(
    ([code, { status }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${text(sentences[code] ?? "")}</td></tr>`,
  );
  return `<section id="failures"><h2>${text(words.failures)}</h2><p>${text(words.failuresIntro)}</p>
<table><tr><th>${words.code}</th><th>${words.status}</th><th>${words.sentence}</th></tr>${rows.join("")}</table></section>`;
}
const sentences: Record<string, string> = en.error;

const schemaText = (schema: unknown): string => JSON.stringify(schema ?? {});

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const text = (raw: string): string => raw.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

const style = `:root{color-scheme:light dark;--line:light-dark(#ddd6ee,#2b2440);--dim:light-dark(#5d5673,#a49bc2)}
body{margin:0 auto;max-width:60rem;padding:1.5rem;font:16px/1.5 system-ui,sans-serif;background:light-dark(#f7f5fc,#0c0915);color:light-dark(#1c1730,#eae6f7)}
a{color:light-dark(#5b2fd6,#a78bfa)}nav{display:flex;flex-wrap:wrap;gap:.75rem}article{border-top:1px solid var(--line);padding:.5rem 0}
h3{font-size:1rem;margin:.5rem 0;overflow-wrap:anywhere}h3 span{font-weight:700}h4{margin:.5rem 0}.meta,summary{color:var(--dim)}
table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border-bottom:1px solid var(--line);padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}
pre{overflow:auto;max-height:24rem;padding:.75rem;border:1px solid var(--line);border-radius:.5rem;font-size:.85rem}`;
