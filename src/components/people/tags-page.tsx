"use client";

import { Plus, Tags } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import type { InviteView, MemberList, TagView } from "#contracts/members";
import { PageTitle } from "../layout/page-title";
import { Button } from "../ui/button";
import { Card, CardContent } from "../ui/card";
import { ConfirmDialog } from "../ui/confirm-dialog";
import { EmptyState } from "../ui/empty-state";
import { Input } from "../ui/input";
import { AccessPanel } from "./sharing/access-panel";
import { sharingOf } from "./sharing/place";

type Shared = { tag: TagView; members: MemberList; invites: readonly InviteView[] };

/** A person's tags: how many bots have each, and who is let in to them. */
export function TagsPage({ initial, me, isAdmin }: { initial: readonly TagView[]; me: string; isAdmin: boolean }) {
  const t = useTranslations("tags");
  const say = useFailureText();
  const [tags, setTags] = useState(initial);
  const [name, setName] = useState("");
  const [leaving, setLeaving] = useState<TagView | null>(null);
  const [shared, setShared] = useState<Shared | null>(null);
  const create = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const made = await client.tags.create({ name });
      setTags((now) => [...now, made]);
      setName("");
      toast.success(t("created", { name: made.name }));
    } catch (error) {
      toast.error(say(error));
    }
  };
  const share = async (tag: TagView) => {
    try {
      const sharing = sharingOf({ kind: "tag", id: tag.id });
      const [members, { invites }] = await Promise.all([sharing.list(), sharing.invites()]);
      setShared({ tag, members, invites });
    } catch (error) {
      toast.error(say(error));
    }
  };
  return (
    <>
      <PageTitle title={t("title")} note={t("intro")} />
      <div className="flex max-w-3xl flex-col gap-6">
        <form method="post" className="flex gap-2" onSubmit={(event) => void create(event)}>
          <Input
            aria-label={t("name")}
            placeholder={t("name")}
            maxLength={40}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" disabled={name.trim() === ""}>
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
                {tags.map((tag) => (
                  <li key={tag.id} className="flex flex-wrap items-center gap-3 px-3 py-2">
                    <div className="min-w-0 flex-1 basis-40">
                      <p className="truncate font-medium text-sm">{tag.name}</p>
                      <p className="text-muted-foreground text-xs">
                        {t("bots", { count: tag.bots.length })} · {t("members", { count: tag.members })}
                      </p>
                    </div>
                    <Button
                      size="sm"
                      variant="outline"
                      aria-label={t("shareLabel", { name: tag.name })}
                      onClick={() => void share(tag)}
                    >
                      {t("share")}
                    </Button>
                    <Button
                      size="sm"
                      variant="outline"
                      aria-label={t("deleteLabel", { name: tag.name })}
                      onClick={() => setLeaving(tag)}
                    >
                      {t("delete")}
                    </Button>
                  </li>
                ))}
              </ul>
            </CardContent>
          </Card>
        )}
        {shared ? (
          <section aria-label={t("shareLabel", { name: shared.tag.name })}>
            <AccessPanel
              key={shared.tag.id}
              place={{ kind: "tag", id: shared.tag.id }}
              may={{ create: true, update: true, delete: true }}
              me={me}
              isAdmin={isAdmin}
              first={shared.members}
              invites={shared.invites}
              onLeft={() => setShared(null)}
            />
          </section>
        ) : null}
      </div>
      {leaving ? (
        <ConfirmDialog
          title={t("deleteTitle", { name: leaving.name })}
          body={t("deleteBody")}
          action={t("delete")}
          destructive
          onConfirm={async () => {
            await client.tags.remove({ tagId: leaving.id });
            setTags((now) => now.filter(({ id }) => id !== leaving.id));
            if (shared?.tag.id === leaving.id) setShared(null);
            toast.success(t("deleted", { name: leaving.name }));
          }}
          onClose={() => setLeaving(null)}
        />
      ) : null}
    </>
  );
}
