"use client";

import { toast } from "sonner";
import { client } from "#client/api";
import { leaveFor } from "#client/session";
import { useFailureText } from "#client/words";

/** Goes on as somebody else sees the panel, from its first page. */
export function useViewAs(): (userId: string) => Promise<void> {
  const say = useFailureText();
  return async (userId) => {
    try {
      await client.viewAs.start({ userId });
      leaveFor("/");
    } catch (error) {
      toast.error(say(error));
    }
  };
}
