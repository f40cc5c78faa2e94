import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Gateway } from "./gateway";
import { ApiError } from "./rest";
import { type Bot, type Json, type Message, member, snowflake, type World } from "./world";

/** Discord waits this long for the first answer. */
const ANSWER_MS = 3_000;
const THINKING = 128;
const EPHEMERAL = 64;

/** What a bot answered to a command. */
export type Reply = { content: string; ephemeral: boolean; message: Message; followUps: readonly Message[] };

type Open = {
  id: string;
  token: string;
  bot: Bot;
  state: "pending" | "late" | "thinking" | "answered";
  original?: Message;
  followUps: Message[];
  changed: () => void;
};

const callbackBody = z.object({ type: z.number(), data: z.record(z.string(), z.unknown()).optional() });
const messageBody = z.record(z.string(), z.unknown());

/** Slash commands: from a person in the guild to the bot, and the bot's answers back. */
export function createInteractions(world: World, gateway: Gateway) {
  const open = new Map<string, Open>();
  const byToken = (bot: string, token: string): Open => {
    const found = [...open.values()].find((one) => one.bot.id === bot && one.token === token);
    if (!found) throw new ApiError(404, 10_015, "Unknown Webhook");
    return found;
  };
  const original = (one: Open): Message => {
    if (!one.original) throw new ApiError(404, 10_008, "Unknown Message");
    return one.original;
  };

  return {
    /** Uses a slash command and waits for the bot's answer, a deferred one included. */
    async interact(bot: Bot, name: string, options: readonly Json[] = []): Promise<Reply> {
      const command = [...bot.commands.values()].find((one) => one.name === name);
      if (!command) throw new Error(`${bot.name} has no command /${name}`);
      const one: Open = {
        id: snowflake(),
        token: randomBytes(40).toString("base64url"),
        bot,
        state: "pending",
        followUps: [],
        changed: () => {},
      };
      open.set(one.id, one);
      const answered = new Promise<void>((resolve) => {
        one.changed = () => {
          if (one.state === "answered" || one.state === "late") resolve();
        };
      });
      const timer = setTimeout(() => {
        if (one.state === "pending") one.state = "late";
        one.changed();
      }, ANSWER_MS);
      const sent = gateway.dispatch(bot, "INTERACTION_CREATE", {
        id: one.id,
        application_id: bot.id,
        type: 2,
        token: one.token,
        version: 1,
        channel_id: world.channelId,
        channel: world.channel(),
        guild_id: world.guildId,
        guild: { id: world.guildId, features: [], locale: "en-US" },
        guild_locale: "en-US",
        locale: "en-US",
        member: { ...member(world.owner), permissions: "9007199254740991" },
        app_permissions: "9007199254740991",
        entitlements: [],
        authorizing_integration_owners: { 0: world.guildId },
        context: 0,
        attachment_size_limit: 10_485_760,
        data: { id: command.id, name, type: 1, options },
      });
      if (!sent) {
        clearTimeout(timer);
        throw new Error(`${bot.name} is not connected`);
      }
      await answered;
      clearTimeout(timer);
      if (one.state === "late" || !one.original) throw new Error(`${bot.name} did not answer /${name} within 3 s`);
      const { content, flags } = one.original;
      return { content, ephemeral: (flags & EPHEMERAL) !== 0, message: one.original, followUps: one.followUps };
    },

    /** POST /interactions/{id}/{token}/callback. */
    callback(id: string, token: string, body: unknown): Json {
      const one = open.get(id);
      if (!one || one.token !== token || one.state === "late") throw new ApiError(404, 10_062, "Unknown interaction");
      if (one.state !== "pending") throw new ApiError(400, 40_060, "Interaction has already been acknowledged.");
      const { type, data = {} } = callbackBody.parse(body);
      if (type !== 4 && type !== 5) throw new ApiError(400, 50_035, "Invalid Form Body");
      const flags = typeof data.flags === "number" ? data.flags : 0;
      const extra = { application_id: one.bot.id, webhook_id: one.bot.id, type: 20 };
      one.original = world.addMessage(one.bot.user, type === 5 ? { flags: flags | THINKING } : data, extra);
      one.state = type === 5 ? "thinking" : "answered";
      one.changed();
      return {
        interaction: {
          id,
          type: 2,
          response_message_id: one.original.id,
          response_message_loading: type === 5,
          response_message_ephemeral: (flags & EPHEMERAL) !== 0,
        },
        resource: { type, message: one.original },
      };
    },

    /** POST /webhooks/{bot}/{token}. */
    followUp(bot: string, token: string, body: unknown): Message {
      const one = byToken(bot, token);
      const message = world.addMessage(one.bot.user, messageBody.parse(body), {
        application_id: one.bot.id,
        webhook_id: one.bot.id,
      });
      one.followUps.push(message);
      return message;
    },

    readOriginal: (bot: string, token: string): Message => original(byToken(bot, token)),

    /** PATCH /webhooks/{bot}/{token}/messages/@original: what a deferred answer ends with. */
    editOriginal(bot: string, token: string, body: unknown): Message {
      const one = byToken(bot, token);
      const message = original(one);
      Object.assign(message, messageBody.parse(body), { edited_timestamp: message.timestamp });
      message.flags &= ~THINKING;
      one.state = "answered";
      one.changed();
      return message;
    },
  };
}
export type Interactions = ReturnType<typeof createInteractions>;
