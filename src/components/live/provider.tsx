"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { client } from "#client/api";
import { cell } from "#client/live/cell";
import { type Connection, type Live, openLive } from "#client/live/connection";
import { whoIsAway } from "#client/live/who-is-away";
import { goSignIn, isLeaving } from "#client/session";
import type { Role } from "#contracts/access";

const LiveContext = createContext<Live | null>(null);
const notYet = cell<Connection>({ state: "connecting" });
const idle: Connection = { state: "connecting" };

/** Whom a page was drawn for. */
export type DrawnFor = { userId: string | undefined; isAdmin: boolean };

/** Opens the one live connection of the app, for everything below it. */
export function LiveProvider({ drawnFor, children }: { drawnFor: DrawnFor; children: ReactNode }) {
  const [live, setLive] = useState<Live | null>(null);
  const queries = useQueryClient();
  const router = useRouter();
  const drawn = useRef(drawnFor);
  drawn.current = drawnFor;
  useEffect(() => {
    const cameBack = (ended: boolean) => {
      if (isLeaving()) return;
      // Bots may have come and gone, and this person may do more or less with them.
      void queries.invalidateQueries();
      if (ended) client.account.me().then(seen, () => {});
    };
    // In another tab an admin may have begun to look as somebody else, or ended it: this one must say so, too.
    const seen = ({ id, role }: { id: string; role: Role }) => {
      const { userId, isAdmin } = drawn.current;
      if (!isLeaving() && (id !== userId || (role === "admin") !== isAdmin)) router.refresh();
    };
    const opened = openLive({ ticket: () => client.live.ticket(), whoIsAway, signedOut: goSignIn, cameBack });
    setLive(opened);
    return () => {
      opened.close();
      setLive(null);
    };
  }, [queries, router]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** The live connection itself; null on the server and for the first moment in the browser. Most want a hook of `use-live`. */
export const useLive = (): Live | null => useContext(LiveContext);

/** How the live connection is: connecting, connected, or lost and who is away. */
export function useConnection(): Connection {
  const connection = useLive()?.connection ?? notYet;
  return useSyncExternalStore(connection.subscribe, connection.get, () => idle);
}
