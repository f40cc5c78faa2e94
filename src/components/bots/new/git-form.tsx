"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { useFailureText } from "#client/words";
import { isSshAddress } from "#contracts/git";
import { BranchSelect } from "../../deploys/branch-select";
import { SecretInput } from "../../deploys/secret-input";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { CodeInput, Input } from "../../ui/input";
import { useBranches } from "./use-branches";
import type { Choice } from "./use-import";

/** A repository, what lets Botyard in, and which branch of it. */
export function GitForm({ onChoose }: { onChoose: (choice: Choice) => void }) {
  const t = useTranslations("newBot.git");
  const say = useFailureText();
  const [url, setUrl] = useState("");
  const [token, setToken] = useState("");
  const [branch, setBranch] = useState("");
  const address = url.trim();
  const ssh = isSshAddress(address);
  const branches = useBranches(address, token.trim());
  const { found } = branches;
  return (
    <form
      method="post"
      noValidate
      className="flex max-w-xl flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        const more = {
          ...(branch.trim() && { branch: branch.trim() }),
          ...(!ssh && token.trim() && { token: token.trim() }),
        };
        if (address) onChoose({ kind: "git", url: address, ...more });
      }}
    >
      <Field label={t("url")} help={t("urlHint")} required>
        {(control) => (
          <Input
            {...control}
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder={t("urlPlaceholder")}
            value={url}
            onChange={(event) => {
              setUrl(event.target.value);
              setBranch("");
            }}
          />
        )}
      </Field>
      {ssh ? (
        <p className="text-muted-foreground text-sm">{t("ssh")}</p>
      ) : (
        <Field label={t("token")} help={t("tokenHint")}>
          {(control) => <SecretInput {...control} value={token} onChange={(event) => setToken(event.target.value)} />}
        </Field>
      )}
      <Field
        label={t("branch")}
        help={
          <span role="status">
            {branches.looking
              ? t("branchLooking")
              : branches.why
                ? say(branches.why)
                : found
                  ? t("branchFound", { count: found.branches.length })
                  : t("branchHint")}
          </span>
        }
      >
        {(control) =>
          found && found.branches.length > 0 ? (
            <BranchSelect
              control={control}
              branches={found.branches}
              byDefault={t("branchDefault", { head: found.head ?? "none" })}
              value={branch}
              onValue={setBranch}
            />
          ) : (
            <CodeInput {...control} value={branch} onChange={(event) => setBranch(event.target.value)} />
          )
        }
      </Field>
      <Button type="submit" className="self-start" disabled={address === ""}>
        {t("submit")}
      </Button>
    </form>
  );
}
