"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useFailureText } from "#client/words";
import { Button } from "../../ui/button";
import { Card, CardContent } from "../../ui/card";
import { EmptyState } from "../../ui/empty-state";
import { Input } from "../../ui/input";
import { type UserPage, useUsers } from "./use-users";
import { type Asked, UserDialogs } from "./user-dialogs";
import { UserRow } from "./user-row";

/** The accounts of this panel, some at a time, and what an admin does with one. */
export function UserList({ first, me }: { first: UserPage; me: string }) {
  const t = useTranslations("people");
  const say = useFailureText();
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [asked, setAsked] = useState<Asked | null>(null);
  const { data, error, hasNextPage, fetchNextPage, isFetching } = useUsers(text, first);
  const users = data?.pages.flatMap((page) => page.users) ?? [];
  return (
    <section aria-label={t("list")} className="flex flex-col gap-3">
      <Input
        type="search"
        className="max-w-sm"
        aria-label={t("find")}
        placeholder={t("find")}
        maxLength={254}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {error ? <p role="alert">{say(error)}</p> : null}
      {data && users.length === 0 ? <EmptyState title={t("nobody")} /> : null}
      {users.length > 0 ? (
        <Card>
          <CardContent className="p-2">
            <ul aria-label={t("list")} aria-busy={isFetching} className="divide-y divide-border">
              {users.map((user) => (
                <UserRow key={user.id} user={user} isMe={user.id === me} onAsk={(what) => setAsked({ what, user })} />
              ))}
            </ul>
          </CardContent>
        </Card>
      ) : null}
      {hasNextPage ? (
        <Button
          variant="outline"
          size="sm"
          className="self-start"
          pending={isFetching}
          onClick={() => void fetchNextPage()}
        >
          {t("more")}
        </Button>
      ) : null}
      {asked ? (
        <UserDialogs
          asked={asked}
          onChanged={() => void queries.invalidateQueries({ queryKey: ["users"] })}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}
