"use client";

import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { client } from "#client/api";
import { cell } from "#client/live/cell";
import { type Connection, type Live, openLive } from "#client/live/connection";
import { whoIsAway } from "#client/live/who-is-away";
import { goSignIn } from "#client/session";

const LiveContext = createContext<Live | null>(null);
const notYet = cell<Connection>({ state: "connecting" });
const idle: Connection = { state: "connecting" };

/** Opens the one live connection of the app, for everything below it. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [live, setLive] = useState<Live | null>(null);
  useEffect(() => {
    const opened = openLive({ ticket: () => client.live.ticket(), whoIsAway, signedOut: goSignIn });
    setLive(opened);
    return () => {
      opened.close();
      setLive(null);
    };
  }, []);
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** The live connection itself; null on the server and for the first moment in the browser. Most want a hook of `use-live`. */
export const useLive = (): Live | null => useContext(LiveContext);

/** How the live connection is: connecting, connected, or lost and who is away. */
export function useConnection(): Connection {
  const connection = useLive()?.connection ?? notYet;
  return useSyncExternalStore(connection.subscribe, connection.get, () => idle);
}
