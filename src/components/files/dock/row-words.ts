import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { FailureError, failureOf } from "#client/failure";
import { bytes, bytesPerSecond, duration } from "#client/format";
import { useFailureText } from "#client/words";
import { sizeOf } from "../size";
import type { DockRow } from "./dock";

type Ended = Extract<DockRow["phase"], { is: "done" }>;

/** What is said of a row. */
export function useRowWords() {
  const t = useTranslations("dock");
  const say = useFailureText();
  return useMemo(() => {
    const name = ({ name, files }: DockRow) => t("named", { name, count: files > 1 ? files : 0 });

    /** How it ended well, and what of it did not. */
    function ended({ kind, name }: DockRow, { placed, skipped, failed }: Ended): string {
      const [first] = failed;
      const why = first ? say(new FailureError(failureOf(first.code, first.values))) : "";
      return [
        kind === "upload" ? t("done.upload", { count: placed, name }) : t(`done.${kind}`, { name }),
        skipped > 0 ? t("done.skipped", { count: skipped }) : "",
        first ? t("done.failed", { count: failed.length, path: first.path, why }) : "",
      ]
        .filter((part) => part !== "")
        .join(" · ");
    }

    function progress({ done, total, rate }: DockRow, locale: string): string {
      if (total === 0) return "";
      const left = rate ? ((total - done) / rate) * 1000 : null;
      return [
        t("of", { done: sizeOf(done, locale), total: sizeOf(total, locale) }),
        rate ? bytesPerSecond(rate, locale) : "",
        left !== null && left > 0 ? t("left", { time: duration(Math.max(1_000, left), locale) }) : "",
      ]
        .filter((part) => part !== "")
        .join(" · ");
    }

    function state(row: DockRow, locale: string): string {
      const { phase } = row;
      switch (phase.is) {
        case "done":
          return ended(row, phase);
        case "failed":
          return say(phase.failure);
        case "stopped":
          return say(phase.failure);
        case "waiting":
          if (phase.note === "none") return t("phase.waitingNone");
          return t(phase.note === "some" ? "phase.waitingSome" : "phase.waiting", { missing: phase.missing });
        case "moving":
          return progress(row, locale) || t(row.kind === "pull" ? "phase.fetching" : "phase.moving");
        case "paused":
        case "offline":
          return [
            t(`phase.${phase.is}`),
            row.total > 0 ? t("of", { done: bytes(row.done, locale), total: bytes(row.total, locale) }) : "",
          ]
            .filter((part) => part !== "")
            .join(" · ");
        default:
          return t(`phase.${phase.is}`);
      }
    }
    return { name, ended, state };
  }, [t, say]);
}
