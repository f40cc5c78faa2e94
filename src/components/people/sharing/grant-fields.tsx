"use client";

import { useTranslations } from "next-intl";
import type { BotPermission } from "#contracts/access";
import { botPermission } from "#contracts/access";
import { hiddenPaths as hiddenPathsRule, type MemberList, MOST_HIDDEN } from "#contracts/members";
import { Field } from "../../ui/field";
import { Textarea } from "../../ui/textarea";
import { PermissionPicker } from "../permission-picker";

/** What is about to be given, as it stands in the form. */
export type GrantDraft = { permissions: BotPermission[]; hidden: string };

const lines = (text: string): string[] => text.split("\n").flatMap((line) => line.trim() || []);

/** The grant that the form says; null when a pattern is none. */
export function readGrant({ permissions, hidden }: GrantDraft) {
  const patterns = hiddenPathsRule.safeParse(lines(hidden));
  return patterns.success ? { permissions, hiddenPaths: patterns.data } : null;
}

/** What somebody may do, and which paths do not exist for them. */
export function GrantFields({
  mine,
  draft,
  onChange,
}: {
  /** What the viewer has themselves: no more can be given, and what is hidden from them is hidden from everybody they let in. */
  mine: MemberList["mine"];
  draft: GrantDraft;
  onChange: (draft: GrantDraft) => void;
}) {
  const t = useTranslations("access");
  return (
    <>
      <PermissionPicker
        offered={mine.permissions}
        chosen={draft.permissions}
        onChoose={(chosen) =>
          onChange({ ...draft, permissions: chosen.flatMap((one) => botPermission.safeParse(one).data ?? []) })
        }
      />
      <Field
        label={t("hidden")}
        help={t("hiddenHelp")}
        error={readGrant(draft) ? undefined : t("hiddenWrong", { most: MOST_HIDDEN })}
      >
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            spellCheck={false}
            autoCapitalize="none"
            className="font-mono"
            value={draft.hidden}
            onChange={(event) => onChange({ ...draft, hidden: event.target.value })}
          />
        )}
      </Field>
      {mine.hiddenPaths.length > 0 ? (
        <p className="wrap-anywhere text-muted-foreground text-xs">
          {t("hiddenToo", { patterns: mine.hiddenPaths.join(", ") })}
        </p>
      ) : null}
    </>
  );
}
