import type { Command as Program } from "commander";
import { findBot } from "../bots";
import type { Client } from "../client";
import type { Context } from "../context";
import { Failure } from "../failure";
import { agree, readStdin } from "../input";
import { type Operation, operationNamed, operations } from "../operations";
import { plain, table } from "../output";

type Options = { data?: string; yes?: boolean; describe?: boolean };

/** call: every operation of the API by its name, also those that have no command of their own. */
export function addCallCommand(program: Program, context: Context): void {
  program
    .command("call")
    .argument("[operation]", "such as bots.get; without one, all of them are listed")
    .argument("[fields...]", "name=value, name:=JSON, and bot=<name or id> for botId")
    .option("--data <json>", "the whole input as JSON; - reads it from standard input")
    .option("--describe", "show what it takes instead of calling it")
    .option("--yes", "do not ask before what cannot simply be done back")
    .description("call an operation of the API")
    .action(async (name: string | undefined, words: string[], options: Options) => {
      const { client, output } = context();
      if (name === undefined) return list(output);
      const operation = operationNamed(name);
      if (!operation) throw Failure.of("not_found", `There is no operation “${plain(name)}”. botyard call lists them.`);
      if (options.describe) return explain(output, operation);
      const input = { ...(await dataOf(options.data)), ...(await fieldsOf(client, operation, words)) };
      if (operation.meta.destructive && !options.yes)
        await agree(
          `${operation.summary}: ${JSON.stringify(input)}. Go on`,
          "Say --yes to do this without being asked.",
        );
      const answer = await invoke(client, operation.name, input);
      if (answer instanceof Blob) process.stdout.write(Buffer.from(await answer.arrayBuffer()));
      else output.result(answer, (value) => JSON.stringify(value, null, 2).split("\n").map(plain));
    });
}

type Output = ReturnType<Context>["output"];

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

function explain(output: Output, { name, method, path, summary, meta, fields }: Operation): void {
  output.result({ name, method, path, summary, ...meta, fields }, () => [
    `${name}: ${summary}`,
    `${method} /api${path}, asks for ${meta.permission}`,
    ...Object.entries(fields).map(([field, { type = "JSON", description = "" }]) =>
      `  ${field} (${type}) ${plain(description)}`.trimEnd(),
    ),
  ]);
}

async function dataOf(data: string | undefined): Promise<Record<string, unknown>> {
  if (data === undefined) return {};
  const read = parse(data === "-" ? await readStdin("the input as JSON") : data, "--data");
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
      throw Failure.use(`“${plain(word)}” is no field. Write name=value, or name:=JSON.`);
    if (name === "bot" && fields.botId) input.botId = (await findBot(client, text)).id;
    else input[name] = colon ? parse(text, name) : typed(text, fields[name]?.type);
  }
  return input;
}

/** A text as the field wants it; what makes no sense there the panel says. */
function typed(text: string, type: string | undefined): unknown {
  if (type === "integer" || type === "number") return text.trim() === "" ? text : Number(text);
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return text;
}

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
