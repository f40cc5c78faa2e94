"use client";

import { useTranslations } from "next-intl";
import { useFailureText } from "#client/words";
import { SearchStatus } from "../../ui/search-status";
import { useFiles } from "../context";
import type { FileHunt } from "./hunt";

/** How far a search in files is. */
export function FileHuntBar({ hunt }: { hunt: FileHunt }) {
  const t = useTranslations("files.search");
  const say = useFailureText();
  const { searching } = useFiles().desk;
  const { state, lines, files, looked, passed, failure } = hunt;
  const why = state === "broken" ? say(failure) : null;
  return (
    <SearchStatus
      words="files.search"
      state={state}
      found={t("found", { lines, files: files.length })}
      looked={t("looked", { count: looked })}
      more={
        passed > 0 ? (
          <span title={t("passedWhy")}>
            {" · "}
            {t("passed", { count: passed })}
          </span>
        ) : null
      }
      why={why}
      onCancel={() => searching.cancel()}
      onGoOn={() => searching.goOn()}
    />
  );
}
