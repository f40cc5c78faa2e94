"use client";

import { Link2, Plus, Users } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { atMost } from "#client/at-most";
import { useFailureText } from "#client/words";
import type { InviteView, MemberList, MemberView } from "#contracts/members";
import { Button } from "../../ui/button";
import { Card, CardContent } from "../../ui/card";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { EmptyState } from "../../ui/empty-state";
import { useViewAs } from "../use-view-as";
import { InviteDialog } from "./invite-dialog";
import { InviteRow } from "./invite-row";
import { MemberDialog } from "./member-dialog";
import { MemberRow, OwnerRow } from "./member-row";
import { type Place, readAgain, readOn, sharingOf } from "./place";

/** What the viewer may do about members. */
export type MayShare = { create: boolean; update: boolean; delete: boolean };

/** Who may do what with a bot, or with the bots of a tag. */
export function AccessPanel({
  place,
  may,
  me,
  isAdmin,
  first,
  invites: firstInvites,
  onChanged,
  onLeft,
}: {
  place: Place;
  may: MayShare;
  /** Who looks at it. */
  me: string;
  isAdmin: boolean;
  first: MemberList;
  invites: readonly InviteView[];
  /** Somebody was let in, or is not any more. */
  onChanged?: () => void;
  /** The viewer is no member any more. */
  onLeft: () => void;
}) {
  const t = useTranslations("access");
  const say = useFailureText();
  const sharing = sharingOf(place);
  const [list, setList] = useState(first);
  const [invites, setInvites] = useState(firstInvites);
  const [open, setOpen] = useState<
    { what: "add" | "invite" | "leave" } | { what: "edit" | "remove"; member: MemberView } | null
  >(null);
  const [reading, setReading] = useState(false);
  // One after the other: an older answer that came last would bring back who was removed.
  const [inTurn] = useState(() => atMost(1));
  const read = () => {
    inTurn(() => Promise.all([readAgain(sharing, list.members.length), sharing.invites()])).then(
      ([members, { invites: now }]) => {
        setList(members);
        setInvites(now);
        onChanged?.();
      },
      (error: unknown) => toast.error(say(error)),
    );
  };
  const more = async () => {
    setReading(true);
    try {
      setList(await readOn(sharing, list));
    } catch (error) {
      toast.error(say(error));
    } finally {
      setReading(false);
    }
  };
  const close = () => setOpen(null);
  const revoke = async ({ id }: InviteView) => {
    try {
      await sharing.revoke(id);
      toast.success(t("revoked"));
      read();
    } catch (error) {
      toast.error(say(error));
    }
  };
  const viewAs = useViewAs();
  const buttons = may.create ? (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" onClick={() => setOpen({ what: "add" })}>
        <Plus aria-hidden />
        {t("add")}
      </Button>
      <Button size="sm" variant="outline" onClick={() => setOpen({ what: "invite" })}>
        <Link2 aria-hidden />
        {t("invite")}
      </Button>
    </div>
  ) : null;
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <section className="flex flex-col gap-4">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div className="min-w-0 flex-1 basis-64">
            <h2 className="font-semibold text-lg">{t("title")}</h2>
            <p className="text-muted-foreground text-sm">{t(place.kind === "bot" ? "intro" : "tagIntro")}</p>
          </div>
          {buttons}
        </div>
        <Card>
          <CardContent className="p-2">
            <ul aria-label={t("list")} className="divide-y divide-border">
              <OwnerRow name={list.owner.name} />
              {list.members.map((member) => (
                <MemberRow
                  key={`${member.userId} ${member.tag?.id ?? ""}`}
                  member={member}
                  beyond={(may.update || may.delete) && !member.changeable && member.tag === null}
                  onEdit={may.update && member.changeable ? () => setOpen({ what: "edit", member }) : undefined}
                  onRemove={
                    may.delete && member.changeable && member.userId !== me
                      ? () => setOpen({ what: "remove", member })
                      : undefined
                  }
                  onViewAs={isAdmin && member.userId !== me ? () => void viewAs(member.userId) : undefined}
                  onLeave={member.userId === me && !member.tag ? () => setOpen({ what: "leave" }) : undefined}
                />
              ))}
            </ul>
          </CardContent>
        </Card>
        {list.next !== null ? (
          <Button size="sm" variant="outline" className="self-start" pending={reading} onClick={() => void more()}>
            {t("more")}
          </Button>
        ) : null}
        {list.members.length === 0 ? (
          <EmptyState icon={<Users aria-hidden />} title={t("none")} description={t("noneHint")} />
        ) : null}
      </section>
      {invites.length > 0 ? (
        <section className="flex flex-col gap-4">
          <h2 className="font-semibold text-lg">{t("invites")}</h2>
          <Card>
            <CardContent className="p-2">
              <ul aria-label={t("invites")} className="divide-y divide-border">
                {invites.map((invite) => (
                  <InviteRow key={invite.id} invite={invite} onRevoke={may.delete ? () => revoke(invite) : undefined} />
                ))}
              </ul>
            </CardContent>
          </Card>
        </section>
      ) : null}
      {open?.what === "add" ? <MemberDialog sharing={sharing} mine={list.mine} onDone={read} onClose={close} /> : null}
      {open?.what === "edit" ? (
        <MemberDialog sharing={sharing} mine={list.mine} member={open.member} onDone={read} onClose={close} />
      ) : null}
      {open?.what === "invite" ? (
        <InviteDialog sharing={sharing} mine={list.mine} onDone={read} onClose={close} />
      ) : null}
      {open?.what === "remove" ? (
        <ConfirmDialog
          title={t("removeTitle", { name: open.member.name })}
          body={t("removeBody")}
          action={t("remove")}
          destructive
          onConfirm={async () => {
            await sharing.remove(open.member.userId);
            toast.success(t("removed", { name: open.member.name }));
            read();
          }}
          onClose={close}
        />
      ) : null}
      {open?.what === "leave" ? (
        <ConfirmDialog
          title={t("leaveTitle")}
          body={t("leaveBody")}
          action={t("leave")}
          destructive
          onConfirm={async () => {
            await sharing.leave();
            onLeft();
          }}
          onClose={close}
        />
      ) : null}
    </div>
  );
}
