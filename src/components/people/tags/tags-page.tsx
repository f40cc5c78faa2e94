"use client";

import { Plus, Tags } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { compareNames } from "#client/names";
import { useFailureText } from "#client/words";
import type { InviteView, MemberList, TagView } from "#contracts/members";
import { PageTitle } from "../../layout/page-title";
import { Button } from "../../ui/button";
import { Card, CardContent } from "../../ui/card";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { EmptyState } from "../../ui/empty-state";
import { Input } from "../../ui/input";
import { usePending } from "../../ui/use-pending";
import { AccessPanel } from "../sharing/access-panel";
import { sharingOf } from "../sharing/place";
import { RenameTag } from "./rename-tag";
import { TagRow } from "./tag-row";

type Shared = { tag: TagView; members: MemberList; invites: readonly InviteView[] };

/** A person's tags: how many bots have each, and who is let in to them. */
export function TagsPage({ initial, me, isAdmin }: { initial: readonly TagView[]; me: string; isAdmin: boolean }) {
  const t = useTranslations("tags");
  const say = useFailureText();
  const [tags, setTags] = useState(initial);
  const [name, setName] = useState("");
  const [open, setOpen] = useState<{ what: "rename" | "delete"; tag: TagView } | null>(null);
  const [shared, setShared] = useState<Shared | null>(null);
  const close = () => setOpen(null);
  const attempt = async (work: () => Promise<void>) => work().catch((error: unknown) => void toast.error(say(error)));
  const put = (changed: TagView) => setTags((now) => now.map((one) => (one.id === changed.id ? changed : one)));
  const { pending, during } = usePending();
  const create = (event: FormEvent) => {
    event.preventDefault();
    void during(async () => {
      const made = await client.tags.create({ name });
      setTags((now) => [...now, made]);
      // The next one may be typed already.
      setName((typed) => (typed === name ? "" : typed));
      toast.success(t("created", { name: made.name }));
    });
  };
  const share = (tag: TagView) =>
    attempt(async () => {
      const sharing = sharingOf({ kind: "tag", id: tag.id });
      const [members, { invites }] = await Promise.all([sharing.list(), sharing.invites()]);
      setShared({ tag, members, invites });
    });
  return (
    <>
      <PageTitle title={t("title")} note={t("intro")} />
      <div className="flex max-w-3xl flex-col gap-6">
        <form method="post" className="flex gap-2" onSubmit={create}>
          <Input
            aria-label={t("name")}
            placeholder={t("name")}
            maxLength={40}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" pending={pending} disabled={name.trim() === ""}>
            <Plus aria-hidden />
            {t("create")}
          </Button>
        </form>
        {tags.length === 0 ? (
          <EmptyState icon={<Tags aria-hidden />} title={t("none")} description={t("noneHint")} />
        ) : (
          <Card>
            <CardContent className="p-2">
              <ul aria-label={t("list")} className="divide-y divide-border">
                {tags.toSorted(compareNames).map((tag) => (
                  <TagRow
                    key={tag.id}
                    tag={tag}
                    onShare={() => void share(tag)}
                    onRename={() => setOpen({ what: "rename", tag })}
                    onDelete={() => setOpen({ what: "delete", tag })}
                  />
                ))}
              </ul>
            </CardContent>
          </Card>
        )}
        {shared ? (
          <MembersOf key={shared.tag.id} name={tags.find(({ id }) => id === shared.tag.id)?.name ?? ""}>
            <AccessPanel
              place={{ kind: "tag", id: shared.tag.id }}
              may={{ create: true, update: true, delete: true }}
              me={me}
              isAdmin={isAdmin}
              first={shared.members}
              invites={shared.invites}
              onChanged={() => void attempt(async () => setTags((await client.tags.list()).tags))}
              onLeft={() => setShared(null)}
            />
          </MembersOf>
        ) : null}
      </div>
      {open?.what === "rename" ? <RenameTag tag={open.tag} onRenamed={put} onClose={close} /> : null}
      {open?.what === "delete" ? (
        <ConfirmDialog
          title={t("deleteTitle", { name: open.tag.name })}
          body={t("deleteBody")}
          action={t("delete")}
          destructive
          onConfirm={async () => {
            await client.tags.remove({ tagId: open.tag.id });
            setTags((now) => now.filter(({ id }) => id !== open.tag.id));
            if (shared?.tag.id === open.tag.id) setShared(null);
            toast.success(t("deleted", { name: open.tag.name }));
          }}
          onClose={close}
        />
      ) : null}
    </>
  );
}

/** Who is let in by a tag: below a list that may be long, so it is gone to when it comes. */
function MembersOf({ name, children }: { name: string; children: ReactNode }) {
  const t = useTranslations("tags");
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.focus(), []);
  return (
    <section ref={section} tabIndex={-1} aria-label={t("shareLabel", { name })} className="outline-none">
      {children}
    </section>
  );
}
