import { readFile } from "node:fs/promises";
import type { Command as Program } from "commander";
import { findBot } from "../bots";
import type { Client } from "../client";
import type { Context } from "../context";
import { shown } from "../dry-run";
import { Failure } from "../failure";
import { agree, readBytes, readStdin } from "../input";
import { type Field, inputFor, type Operation, operationNamed, operations } from "../operations";
import { bytesOut, jsonOf, type Output, table } from "../output";

type Options = { data?: string; body?: string; yes?: boolean; describe?: boolean };

/** call: every operation of the API by its name, also those that have no command of their own. */
export function addCallCommand(program: Program, context: Context): void {
  program
    .command("call")
    .argument("[operation]", "such as bots.get; without one, all of them are listed")
    .argument("[fields...]", "name=value, name:=JSON, and bot=<name or id> for botId")
    .option("--data <json>", "the whole input as JSON; @file reads it from a file, - from standard input")
    .option("--body <file>", "the bytes of an operation that takes some; - reads them from standard input")
    .option("--describe", "show what it takes instead of calling it")
    .option("--yes", "do not ask before what cannot simply be undone")
    .description("call any operation of the API by its name; a stream is printed as it comes")
    .action(async (name: string | undefined, words: string[], options: Options) => {
      const { client, output, dryRun } = context();
      if (name === undefined) return list(output);
      const operation = operationNamed(name);
      if (!operation) throw Failure.of("not_found", `There is no operation “${name}”. botyard call lists them.`);
      if (options.describe) return explain(output, operation);
      const to = operation.gives === "bytes" && !dryRun ? bytesOut() : undefined;
      const body = await bodyOf(operation, options.body);
      const given = { ...(await dataOf(options.data)), ...(await fieldsOf(client, operation, words)) };
      const lacking = /\{(\w+)\}/.exec(
        operation.path.replace(/\{(\w+)\}/g, (all, key) => (key in given ? "" : all)),
      )?.[1];
      if (lacking && !dryRun)
        throw Failure.use(`${name} needs ${lacking === "botId" ? "bot=<name or id>" : `${lacking}=…`}.`);
      if (operation.meta.destructive && !options.yes && !dryRun)
        await agree(`${operation.summary}: ${shown(given)}. Continue`, "Say --yes to do this without being asked.");
      const answer = await invoke(client, operation.name, inputFor(operation, given, body));
      if (to && answer instanceof Blob) for await (const piece of answer.stream()) to.write(piece);
      else if (isStream(answer)) for await (const one of answer) process.stdout.write(`${jsonOf(one)}\n`);
      else output.result(answer, (value) => jsonOf(value, 2).split("\n"));
    });
}

function list(output: Output): void {
  const rows = operations().map(({ name, method, path, summary, meta: { permission = "" } }) => ({
    name,
    method,
    path,
    permission,
    summary,
  }));
  output.result({ operations: rows }, () =>
    table(
      ["OPERATION", "PERMISSION", "WHAT IT DOES"],
      rows.map(({ name, permission, summary }) => [name, permission, summary]),
    ),
  );
}

function explain(output: Output, { name, method, path, summary, meta, fields, takesBytes, gives }: Operation): void {
  output.result({ name, method, path, summary, ...meta, fields, takesBytes, gives }, () => [
    `${name}: ${summary}`,
    `${method} /api${path}, needs ${meta.permission}`,
    ...Object.entries(fields).map(([field, of]) =>
      `  ${field} (${typesOf(of).join(" or ") || "JSON"}) ${of.description ?? ""}`.trimEnd(),
    ),
    ...(takesBytes ? ["  and bytes: --body <file>"] : []),
    ...(gives === "json" ? [] : [`Answers with ${gives}.`]),
  ]);
}

async function bodyOf({ takesBytes, name }: Operation, file: string | undefined): Promise<Blob | undefined> {
  if (takesBytes !== (file !== undefined))
    throw Failure.use(takesBytes ? `${name} takes bytes: say --body <file>.` : `${name} takes no bytes.`);
  if (file === undefined) return undefined;
  return new Blob([new Uint8Array(file === "-" ? await readBytes("the bytes") : await readLocal(file))]);
}

const readLocal = (file: string): Promise<Buffer> =>
  readFile(file).catch((error: Error) => {
    throw Failure.use(`${file} cannot be read: ${error.message}`);
  });

async function dataOf(data: string | undefined): Promise<Record<string, unknown>> {
  if (data === undefined) return {};
  const text = data.startsWith("@") ? (await readLocal(data.slice(1))).toString("utf8") : data;
  const read = parse(text === "-" ? await readStdin("the input as JSON") : text, "--data");
  if (typeof read !== "object" || read === null || Array.isArray(read)) throw Failure.use("--data is no JSON object.");
  return { ...read };
}

async function fieldsOf(
  client: Client,
  { fields }: Operation,
  words: readonly string[],
): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = {};
  for (const word of words) {
    const [, name, colon, text] = /^([^=:]+)(:?)=([\s\S]*)$/.exec(word) ?? [];
    if (name === undefined || text === undefined)
      throw Failure.use(`“${word}” is no field. Write name=value, or name:=JSON.`);
    if (name === "bot" && fields.botId) input.botId = (await findBot(client, text)).id;
    else input[name] = colon ? parse(text, name) : typed(text, fields[name] ?? {});
  }
  return input;
}

/** A text as the field wants it; what makes no sense there the panel says. */
function typed(text: string, field: Field): unknown {
  const types = typesOf(field);
  if (types.includes("null") && text === "null") return null;
  if (types.includes("string") || text.trim() === "") return text;
  // What is no number would be null as JSON, which may mean something.
  if (types.includes("integer") || types.includes("number")) return Number.isNaN(Number(text)) ? text : Number(text);
  if (types.includes("boolean")) return text === "true" ? true : text === "false" ? false : text;
  return text;
}

const typesOf = ({ type, anyOf = [] }: Field): string[] => (type ? [type] : anyOf.map((one) => one.type));

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw Failure.use(`What stands in ${where} is no JSON.`);
  }
}

/** The client is made of functions under the names of the catalogue. */
function invoke(client: Client, name: string, input: unknown): Promise<unknown> {
  const call = name.split(".").reduce<unknown>((at, key) => (isHolder(at) ? Reflect.get(at, key) : undefined), client);
  if (typeof call !== "function") throw new Error(`the client has no ${name}`);
  return Reflect.apply(call, undefined, [input]);
}
const isHolder = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";
const isStream = (value: unknown): value is AsyncIterable<unknown> => isHolder(value) && Symbol.asyncIterator in value;
