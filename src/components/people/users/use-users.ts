"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { client } from "#client/api";

export type UserPage = Awaited<ReturnType<typeof client.users.list>>;

/** The accounts that a text is found in, page after page; `first`: the first page of all, where it is there already. */
export function useUsers(text: string, first?: UserPage) {
  const wanted = text.trim();
  return useInfiniteQuery({
    queryKey: ["users", wanted],
    queryFn: ({ pageParam }) =>
      client.users.list({ ...(wanted && { text: wanted }), ...(pageParam !== null && { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    ...(first && !wanted && { initialData: { pages: [first], pageParams: [null] } }),
  });
}
