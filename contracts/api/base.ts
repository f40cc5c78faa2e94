import { oc } from "@orpc/contract";
import { z } from "zod";
import type { BotPermission, Permission } from "../access";
import { botId } from "../bot";
import { errorTable } from "../errors";

/** What every operation declares beside its input and output. */
export type OperationMeta = {
  /** Default is deny: an operation without one fails the test and is refused at run time. */
  permission?: Permission;
  /**
   * Permissions on the bot of which one is enough to be heard instead: for an operation that asks another for another kind of input.
   * Which one this input needs, the verb asks.
   */
  instead?: readonly BotPermission[];
  /** True when it tells of a bot's definition: its ETag then carries the revision, which changes can be held to with If-Match. */
  revisioned?: boolean;
  /** True when it changes a thing with a mark of its own, which its verb holds to If-Match: not the bot's definition. */
  ownMark?: boolean;
  /** True when it changes something: then the Origin of a cookie-authenticated request is checked and it is audited. */
  writes?: boolean;
  /** True for the writes that are left to an admin who looks at the panel as somebody else. */
  viewing?: boolean;
  /** True when what it does cannot simply be done back: programs that act for somebody ask before. */
  destructive?: boolean;
  /** Name under which a language model may call it, such as `list_bots`; one without is no tool. */
  tool?: string;
};

const errorData = z.object({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) });

/** Every expected failure, as oRPC declares them: the code of the table, its HTTP status, and the values of its sentence. */
const errors = Object.fromEntries(
  Object.entries(errorTable).map(([code, row]) => [code, { status: row.status, data: errorData }]),
) as { [Code in keyof typeof errorTable]: { status: number; data: typeof errorData } };

/** Start of every operation. `.meta({ permission })` is not optional. */
export const operation = oc.$meta<OperationMeta>({}).errors(errors);

/** Yes or no, also in an address, where it is a text. */
export const flag = z.union([z.boolean(), z.stringbool()]);

/** Input of an operation on one bot. */
export const onBot = z.object({ botId });
