"use client";

import { KeyRound } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { useFailureText } from "#client/words";
import { TOKEN_KEY } from "#contracts/bot";
import { Ago } from "../../live/time";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { TokenInput } from "../token-input";
import { SecretValue } from "./secret-value";
import type { Variable } from "./variables";

/** The Discord token, apart from the rest: whether it is set, and a place for a new one. `?token=1` opens it. */
export function TokenRow({
  token,
  writes,
  onSave,
}: {
  token: Variable | undefined;
  writes: boolean;
  onSave: (value: string) => Promise<void>;
}) {
  const t = useTranslations("environment");
  const say = useFailureText();
  const asked = useSearchParams();
  const [open, setOpen] = useState(asked.get("token") === "1" || asked.get("fix") === "token");
  const [value, setValue] = useState("");
  const [pending, setPending] = useState(false);
  const [wrong, setWrong] = useState<string | undefined>();

  const close = () => {
    setOpen(false);
    setValue("");
    setWrong(undefined);
  };
  async function save(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    try {
      await onSave(value.trim());
      toast.success(t("saved", { key: TOKEN_KEY }));
      close();
    } catch (error) {
      setWrong(say(error));
    } finally {
      setPending(false);
    }
  }
  return (
    <section className="flex flex-col gap-4 rounded-xl border border-border bg-card p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="flex min-w-0 items-center gap-3">
          <KeyRound className={`size-5 shrink-0 ${token ? "text-link" : "text-waiting"}`} aria-hidden />
          <div className="min-w-0">
            <h3 className="font-medium text-sm">
              {t("token")} <span className="ml-1 font-mono font-normal text-muted-foreground text-xs">{TOKEN_KEY}</span>
            </h3>
            <div className="text-muted-foreground text-sm">
              {token ? (
                <span className="flex flex-wrap items-center gap-x-2">
                  <SecretValue key={token.updatedAt} name={TOKEN_KEY} />
                  <Ago at={token.updatedAt} />
                </span>
              ) : (
                t("tokenMissing")
              )}
            </div>
          </div>
        </div>
        {writes && !open ? (
          <Button size="sm" variant={token ? "outline" : "default"} onClick={() => setOpen(true)}>
            {t(token ? "replaceToken" : "addToken")}
          </Button>
        ) : null}
      </div>
      {writes && open ? (
        <form method="post" className="flex max-w-xl flex-col gap-3" onSubmit={save}>
          <Field label={t("newToken")} error={wrong} required>
            {(control) => (
              <TokenInput
                {...control}
                // Opened by a button or a link that asks for exactly this.
                autoFocus
                value={value}
                onValue={(next) => {
                  setValue(next);
                  setWrong(undefined);
                }}
              />
            )}
          </Field>
          <div className="flex gap-2">
            <Button type="submit" size="sm" pending={pending} disabled={value.trim() === ""}>
              {t(pending ? "saving" : "save")}
            </Button>
            <Button size="sm" variant="ghost" disabled={pending} onClick={close}>
              {t("cancel")}
            </Button>
          </div>
        </form>
      ) : null}
    </section>
  );
}
