"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { useFailureText } from "#client/words";
import { isZone, language as languages, type Preferences, theme as themes } from "#contracts/preferences";
import { useTheme } from "../layout/theme";
import { useMounted } from "../live/time";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from "../ui/select";
import { Section, SectionCard } from "./section";

/** As a select has it, which knows no null. */
const PER_BROWSER = "browser";

/** How one sees the panel, in every browser. */
export function PreferencesSection({ initial }: { initial: Preferences }) {
  const t = useTranslations("account.preferences");
  const tTheme = useTranslations("theme");
  const say = useFailureText();
  const router = useRouter();
  const { theme, choose } = useTheme();
  const [held, setHeld] = useState(initial);
  const change = async (part: Partial<Preferences>) => {
    try {
      setHeld(await client.account.preferences.change(part));
      toast.success(t("saved"));
      router.refresh();
    } catch (error) {
      toast.error(say(error));
    }
  };
  return (
    <Section id="preferences" title={t("title")} intro={t("intro")}>
      <SectionCard>
        <div className="grid gap-5 sm:grid-cols-3">
          <Field label={t("theme")}>
            {(control) => (
              <Select
                value={theme}
                // Not part of `held`: the switch on every page chooses it, too.
                onValueChange={(value) => choose(themes.catch(theme).parse(value))}
              >
                <SelectTrigger {...control}>
                  <SelectValue />
                </SelectTrigger>
                <SelectContent>
                  {themes.options.map((name) => (
                    <SelectItem key={name} value={name}>
                      {tTheme(name)}
                    </SelectItem>
                  ))}
                </SelectContent>
              </Select>
            )}
          </Field>
          <ZoneField held={held.timeZone} onZone={(timeZone) => void change({ timeZone })} />
          <Field label={t("language")}>
            {(control) => (
              <Select
                value={held.language ?? PER_BROWSER}
                onValueChange={(value) => void change({ language: languages.nullable().catch(null).parse(value) })}
              >
                <SelectTrigger {...control}>
                  <SelectValue />
                </SelectTrigger>
                <SelectContent>
                  <SelectItem value={PER_BROWSER}>{t("perBrowser")}</SelectItem>
                  {languages.options.map((name) => (
                    <SelectItem key={name} value={name}>
                      {t(`languages.${name}`)}
                    </SelectItem>
                  ))}
                </SelectContent>
              </Select>
            )}
          </Field>
        </div>
      </SectionCard>
    </Section>
  );
}

/** Takes a time zone by its name, with the browser's list of them. Stored when it is left, and is one. */
function ZoneField({ held, onZone }: { held: string | null; onZone: (zone: string | null) => void }) {
  const t = useTranslations("account.preferences");
  const [text, setText] = useState(held ?? "");
  // The browser's own list, which the server's need not be like.
  const zones = useMounted() ? Intl.supportedValuesOf("timeZone") : [];
  const wanted = text.trim();
  const known = wanted === "" || isZone(wanted);
  return (
    <Field label={t("timeZone")} help={t("timeZoneHelp")} error={known ? null : t("zoneUnknown")}>
      {(control) => (
        <>
          <Input
            {...control}
            list={`${control.id}-zones`}
            autoComplete="off"
            placeholder={t("perBrowser")}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onBlur={() => {
              if (known && (wanted || null) !== held) onZone(wanted || null);
            }}
          />
          <datalist id={`${control.id}-zones`}>
            {zones.map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
