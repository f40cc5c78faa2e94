"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { Connection } from "#client/live/connection";
import type { BotPermission } from "#contracts/access";
import type { BotView } from "#contracts/api/bots";
import type { BotLive } from "#contracts/bot";

/** The bot whose page this is: its definition, its present (null: nobody knows it now), and the live connection. */
export type ThisBot = { view: BotView; live: BotLive | null; connection: Connection };

const Context = createContext<ThisBot | null>(null);

export const ThisBotProvider = ({ bot, children }: { bot: ThisBot; children: ReactNode }) => (
  <Context value={bot}>{children}</Context>
);

/** For everything below a bot's frame. */
export function useThisBot(): ThisBot & { allows: (permission: BotPermission) => boolean } {
  const bot = useContext(Context);
  if (!bot) throw new Error("useThisBot stands outside of a bot's frame");
  return { ...bot, allows: (permission) => bot.view.permissions.includes(permission) };
}
