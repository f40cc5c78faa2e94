import { createServer } from "node:http";
import { createGateway, type Gateway, type GatewayEvent } from "./gateway";
import { createInteractions, type Reply } from "./interactions";
import { type RestEvent, serveRest } from "./rest";
import { routes } from "./routes";
import { type Bot, type BotOptions, type Json, type Message, World } from "./world";

export type { Bot, Reply };

/** One thing that happened, oldest first. */
export type DiscordEvent = { at: number } & (({ side: "rest" } & RestEvent) | ({ side: "gateway" } & GatewayEvent));

/** A Discord of our own on loopback: enough of REST v10 and the gateway for real libraries. */
export type Discord = {
  /** For a bot's DISCORD_API_BASE. */
  apiBase: string;
  /** Registers an application; its token stands in the answer. */
  addBot(name: string, options?: BotOptions): Bot;
  /** A person uses a slash command; settles with the bot's answer. */
  interact(bot: Bot, command: string, options?: readonly Json[]): Promise<Reply>;
  isOnline(bot: Bot): boolean;
  /** Ends a bot's connection as Discord would. */
  drop: Gateway["drop"];
  /** Messages in the one channel there is. */
  messages(): readonly Message[];
  log: readonly DiscordEvent[];
  close(): Promise<void>;
};

/** Starts a simulated Discord on a free port of 127.0.0.1. */
export async function startDiscord(): Promise<Discord> {
  const world = new World();
  const log: DiscordEvent[] = [];
  let port = 0;
  const gatewayUrl = () => `ws://127.0.0.1:${port}`;
  const gateway = createGateway(world, {
    url: gatewayUrl,
    log: (event) => log.push({ at: Date.now(), side: "gateway", ...event }),
  });
  const interactions = createInteractions(world, gateway);
  const rest = serveRest(world, routes(world, gatewayUrl, interactions), (event) =>
    log.push({ at: Date.now(), side: "rest", ...event }),
  );
  const server = createServer((request, response) => void rest(request, response));
  server.on("upgrade", (request, socket, head) => {
    gateway.server.handleUpgrade(request, socket, head, (ws) => gateway.server.emit("connection", ws, request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    apiBase: `http://127.0.0.1:${port}/api`,
    addBot: (name, options) => world.addBot(name, options),
    interact: interactions.interact,
    isOnline: gateway.isOnline,
    drop: gateway.drop,
    messages: () => [...world.messages.values()],
    log,
    async close() {
      gateway.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
