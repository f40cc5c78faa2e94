import { z } from "zod";
import type { Interactions } from "./interactions";
import { ApiError, type Route } from "./rest";
import { type Bot, type Json, snowflake, type World } from "./world";

const command = z.looseObject({ name: z.string().regex(/^[-_'\p{L}\p{N}]{1,32}$/u), type: z.number().optional() });
const message = z.looseObject({ content: z.string().max(2_000).optional(), embeds: z.array(z.unknown()).optional() });

/** Every route the simulator knows, REST v10. */
export function routes(world: World, gatewayUrl: () => string, interactions: Interactions): Route[] {
  const application = (bot: Bot): Json => ({
    id: bot.id,
    name: bot.name,
    icon: null,
    description: "",
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: "0".repeat(64),
    flags: 565_248,
    owner: world.owner,
    team: null,
    bot: bot.user,
    tags: [],
    redirect_uris: [],
    approximate_guild_count: 1,
  });

  /** Stores a command, in place of one of the same name. */
  function store(bot: Bot, body: unknown, guildId: string | undefined) {
    const asked = command.parse(body);
    const old = of(bot, guildId).find((one) => one.name === asked.name && one.type === (asked.type ?? 1));
    const id = old?.id ?? snowflake();
    const whole = {
      type: 1,
      description: "",
      options: [],
      default_member_permissions: null,
      nsfw: false,
      ...asked,
      id,
      application_id: bot.id,
      version: snowflake(),
      ...(guildId === undefined ? {} : { guild_id: guildId }),
    };
    bot.commands.set(id, whole);
    return whole;
  }
  const of = (bot: Bot, guildId: string | undefined) =>
    [...bot.commands.values()].filter((one) => one.guild_id === guildId);

  const commandRoutes = (path: string, guildOf: (parts: readonly string[]) => string | undefined): Route[] => [
    { method: "GET", path, run: ({ bot, parts }) => of(bot, guildOf(parts)) },
    { method: "POST", path, run: ({ bot, parts, body }) => store(bot, body, guildOf(parts)) },
    {
      method: "PUT",
      path,
      run: ({ bot, parts, body }) => {
        const wanted = z.array(command).parse(body);
        for (const one of of(bot, guildOf(parts)))
          if (!wanted.some(({ name }) => name === one.name)) bot.commands.delete(one.id);
        return wanted.map((one) => store(bot, one, guildOf(parts)));
      },
    },
    {
      method: "DELETE",
      path: `${path}/{command}`,
      run: ({ bot, parts }) => {
        if (!bot.commands.delete(parts.at(-1) ?? "")) throw new ApiError(404, 10_063, "Unknown application command");
        return null;
      },
    },
  ];

  const inChannel = (id: string | undefined) => {
    if (id !== world.channelId) throw new ApiError(404, 10_003, "Unknown Channel");
  };

  return [
    { method: "GET", path: "/gateway", open: true, run: () => ({ url: gatewayUrl() }) },
    {
      method: "GET",
      path: "/gateway/bot",
      run: ({ bot }) => ({
        url: gatewayUrl(),
        shards: bot.shards,
        session_start_limit: { total: 1_000, remaining: world.startsLeft, reset_after: 86_400_000, max_concurrency: 1 },
      }),
    },
    {
      method: "GET",
      path: "/users/@me",
      run: ({ bot }) => ({ ...bot.user, verified: true, mfa_enabled: false, locale: "en-US", email: null }),
    },
    {
      method: "GET",
      path: "/users/@me/guilds",
      run: () => [{ id: world.guildId, name: "Test server", icon: null, owner: false, permissions: "8", features: [] }],
    },
    { method: "GET", path: "/applications/@me", run: ({ bot }) => application(bot) },
    { method: "GET", path: "/oauth2/applications/@me", run: ({ bot }) => application(bot) },
    ...commandRoutes("/applications/{application}/commands", () => undefined),
    ...commandRoutes("/applications/{application}/guilds/{guild}/commands", (parts) => parts[1]),
    {
      method: "POST",
      path: "/interactions/{id}/{token}/callback",
      open: true,
      run: ({ parts: [id = "", token = ""], body, query }) => {
        const answer = interactions.callback(id, token, body);
        return /^(1|true)$/i.test(query.get("with_response") ?? "") ? answer : null;
      },
    },
    {
      method: "POST",
      path: "/webhooks/{bot}/{token}",
      open: true,
      run: ({ parts: [bot = "", token = ""], body }) => interactions.followUp(bot, token, body),
    },
    {
      method: "GET",
      path: "/webhooks/{bot}/{token}/messages/@original",
      open: true,
      run: ({ parts: [bot = "", token = ""] }) => interactions.readOriginal(bot, token),
    },
    {
      method: "PATCH",
      path: "/webhooks/{bot}/{token}/messages/@original",
      open: true,
      run: ({ parts: [bot = "", token = ""], body }) => interactions.editOriginal(bot, token, body),
    },
    {
      method: "GET",
      path: "/channels/{channel}",
      run: ({ parts: [id] }) => {
        inChannel(id);
        return world.channel();
      },
    },
    {
      method: "GET",
      path: "/channels/{channel}/messages",
      run: ({ parts: [id] }) => {
        inChannel(id);
        return [...world.messages.values()].reverse().slice(0, 50);
      },
    },
    {
      method: "POST",
      path: "/channels/{channel}/messages",
      run: ({ bot, parts: [id], body }) => {
        inChannel(id);
        const read = message.parse(body);
        if (!read.content && !read.embeds?.length) throw new ApiError(400, 50_006, "Cannot send an empty message");
        return world.addMessage(bot.user, read);
      },
    },
  ];
}
