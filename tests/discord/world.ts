import { randomBytes } from "node:crypto";

/** A JSON object as it goes over the wire. */
export type Json = Record<string, unknown>;

/** Privileged intents: members, presences, message content. */
export const PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15);

let counter = 0n;

/** An id like Discord's: the time in its upper bits, so that ids sort by age. */
export function snowflake(): string {
  counter += 1n;
  return String(((BigInt(Date.now()) - 1_420_070_400_000n) << 22n) | (counter & 0xfffn));
}

/** Discord writes +00:00 where JavaScript writes Z. */
export const isoNow = (): string => new Date().toISOString().replace("Z", "000+00:00");

/** How a bot of the simulator is allowed to behave. */
export type BotOptions = {
  /** Privileged intents switched on for it; all by default. */
  intents?: number;
  /** Shards that the gateway recommends. */
  shards?: number;
};

/** A message as it was sent. */
export type Message = Json & { id: string; channel_id: string; content: string; flags: number };

/** An application with its bot user. */
export type Bot = {
  readonly id: string;
  readonly name: string;
  readonly token: string;
  readonly intents: number;
  readonly shards: number;
  readonly user: Json;
  /** Its commands by id, global and of the guild. */
  readonly commands: Map<string, Json & { id: string; name: string }>;
};

/** Everything the simulated Discord knows: one guild with a text channel, an owner, and the bots. */
export class World {
  readonly owner = makeUser("owner", snowflake(), false);
  readonly guildId = snowflake();
  readonly channelId = snowflake();
  readonly bots = new Map<string, Bot>();
  readonly messages = new Map<string, Message>();
  /** IDENTIFYs that Discord would still allow today. */
  startsLeft = 1_000;
  heartbeatMs = 41_250;

  addBot(name: string, { intents = PRIVILEGED, shards = 1 }: BotOptions = {}): Bot {
    const id = snowflake();
    const token = `${Buffer.from(id).toString("base64url")}.${randomBytes(4).toString("base64url")}.${randomBytes(20).toString("base64url")}`;
    const bot: Bot = { id, name, token, intents, shards, user: makeUser(name, id, true), commands: new Map() };
    this.bots.set(id, bot);
    return bot;
  }

  /** The bot of an `Authorization: Bot …` header or a bare token. */
  byToken(token: string): Bot | undefined {
    const plain = token.replace(/^(Bot|Bearer) /, "");
    return [...this.bots.values()].find((bot) => bot.token === plain);
  }

  /** The guild as GUILD_CREATE tells it to a bot, with the bot's own membership. */
  guildFor(bot: Bot): Json {
    return {
      ...guild(this.guildId, this.owner),
      channels: [this.channel()],
      members: [member(this.owner), member(bot.user)],
      member_count: 2,
    };
  }

  channel(): Json {
    return {
      id: this.channelId,
      type: 0,
      guild_id: this.guildId,
      name: "general",
      position: 0,
      permission_overwrites: [],
      topic: null,
      nsfw: false,
      last_message_id: null,
      rate_limit_per_user: 0,
      parent_id: null,
      flags: 0,
    };
  }

  addMessage(author: Json, body: Json, extra: Json = {}): Message {
    const message: Message = {
      author,
      timestamp: isoNow(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: Array.isArray(body.embeds) ? body.embeds : [],
      components: Array.isArray(body.components) ? body.components : [],
      pinned: false,
      type: 0,
      ...extra,
      id: snowflake(),
      channel_id: this.channelId,
      content: typeof body.content === "string" ? body.content : "",
      flags: typeof body.flags === "number" ? body.flags : 0,
    };
    this.messages.set(message.id, message);
    return message;
  }
}

/** A user of that name. */
function makeUser(username: string, id: string, bot: boolean): Json {
  return {
    id,
    username,
    discriminator: bot ? "0001" : "0",
    global_name: bot ? null : username,
    avatar: null,
    public_flags: 0,
    flags: 0,
    primary_guild: null,
    ...(bot ? { bot: true } : {}),
  };
}

/** A user's membership of the guild. */
export function member(user: Json): Json {
  return {
    user,
    roles: [],
    nick: null,
    avatar: null,
    banner: null,
    joined_at: isoNow(),
    premium_since: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
    communication_disabled_until: null,
  };
}

/** The parts of a guild that say little here, but that clients read. */
function guild(id: string, owner: Json): Json {
  const nothing = Object.fromEntries(
    [
      "icon",
      "description",
      "splash",
      "discovery_splash",
      "banner",
      "afk_channel_id",
      "system_channel_id",
      "widget_channel_id",
      "max_presences",
      "vanity_url_code",
      "rules_channel_id",
      "public_updates_channel_id",
      "safety_alerts_channel_id",
      "application_id",
      "incidents_data",
    ].map((key) => [key, null]),
  );
  const zero = Object.fromEntries(
    [
      "system_channel_flags",
      "verification_level",
      "default_message_notifications",
      "mfa_level",
      "explicit_content_filter",
      "premium_tier",
      "premium_subscription_count",
      "nsfw_level",
    ].map((key) => [key, 0]),
  );
  const none = Object.fromEntries(
    [
      "features",
      "emojis",
      "stickers",
      "threads",
      "voice_states",
      "presences",
      "stage_instances",
      "guild_scheduled_events",
      "soundboard_sounds",
    ].map((key) => [key, []]),
  );
  return {
    ...nothing,
    ...zero,
    ...none,
    id,
    name: "Test server",
    owner_id: owner.id,
    region: "deprecated",
    afk_timeout: 300,
    max_members: 500_000,
    preferred_locale: "en-US",
    premium_progress_bar_enabled: false,
    nsfw: false,
    joined_at: isoNow(),
    large: false,
    unavailable: false,
    roles: [
      {
        id,
        name: "@everyone",
        permissions: "2248473465835073",
        position: 0,
        color: 0,
        hoist: false,
        managed: false,
        mentionable: false,
        icon: null,
        unicode_emoji: null,
        flags: 0,
      },
    ],
  };
}
