import { createProcedureClient } from "@orpc/server";
import { z } from "zod";
import { type Actor, AGENTS } from "#contracts/access";
import type { ToolView } from "#contracts/api/tools";
import { botId } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { Bug, toldOf } from "../failure";
import type { Asked } from "../gate";
import { textOf } from "./brief";
import { offered, type Tool, toolsOf } from "./catalogue";
import { fence } from "./fence";

/** Who calls, whether they asked for tools that change something, and when they do not wait any more. */
type Caller = { headers: Headers; write: boolean; gone: AbortSignal | undefined };

/** The tools of a router's operations. Each call goes through the operation's own gate, as if it had come over HTTP. */
export function openTools(router: () => object) {
  let made: readonly Tool[] | undefined;
  const all = (): readonly Tool[] => {
    made ??= toolsOf(router());
    return made;
  };
  return {
    list: (actor: Actor, write: boolean): ToolView[] =>
      offered(all(), actor, write).map(({ procedure: _procedure, enough: _enough, ...view }) => view),
    async call({ headers, write, gone }: Caller, name: string, given: Record<string, unknown>): Promise<string> {
      const tool = all().find((one) => one.name === name);
      if (!tool) throw new AppError("tool_unknown", { name });
      if (tool.kind !== "read" && !write) throw new AppError("tool_read_only", { name });
      const { confirm, ...input } = given;
      if (tool.kind === "destructive" && confirm !== true) throw new AppError("confirm_missing", { name });
      const lacking = requiredOf(tool).find((key) => given[key] === undefined);
      // Without the id of a bot its gate would say that there is no such bot.
      if (lacking) throw new AppError("bad_input", { detail: `${lacking}: ${en.server.input.missing}` });
      if (input.botId !== undefined && !botId.safeParse(input.botId).success)
        throw new AppError("bad_input", { detail: `botId: ${en.tools.byId}` });
      const named = new Headers(headers);
      named.set("user-agent", AGENTS.tool);
      const context: Asked = { headers: named, answer: {} };
      const client = createProcedureClient(tool.procedure, { context, path: [name] });
      return fence(textOf(name, await client(tool.kind === "destructive" ? input : given, { signal: gone })));
    },
  };
}

const requiredOf = ({ parameters }: Tool): string[] => z.array(z.string()).catch([]).parse(parameters.required);

/** A failure as a model is told it: a sentence of ours, between marks where others' words stand in it. */
export function failureText(error: unknown): string {
  const told = toldOf(error);
  if (told instanceof Bug || told.code === "bad_input") return told.message;
  return Object.values(told.values).every(isOurs) ? told.message : fence(told.message);
}
const isOurs = (value: string | number): boolean => typeof value === "number" || /^[\w.:-]{0,64}$/.test(value);

export type Tools = ReturnType<typeof openTools>;
