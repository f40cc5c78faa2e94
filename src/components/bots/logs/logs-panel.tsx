"use client";

import { useTranslations } from "next-intl";
import { useCallback, useMemo, useRef, useState } from "react";
import { readFailure } from "#client/failure";
import { useFailureText } from "#client/words";
import type { LogCursor, LogLine } from "#contracts/log";
import { LogFrame } from "../../console/log-frame";
import { LogLooksProvider, useRaw } from "../../console/log-looks";
import { useManner } from "../../live/time";
import { useReturn } from "../../live/use-return";
import { Refused } from "../bot/refused";
import { useThisBot } from "../bot/this-bot";
import { cursorOf, type LogAddress, searchKey, sinceOf, writeAddress } from "./address";
import { HitList } from "./hit-list";
import { HitSteps } from "./hit-steps";
import { HuntBar } from "./hunt-bar";
import { LogsToolbar } from "./logs-toolbar";
import { Reader } from "./reader";
import { useAddress } from "./use-address";
import { useFinder } from "./use-finder";
import { useHunt } from "./use-hunt";
import type { Target } from "./use-window";

/** A bot's whole log: search it, read it from any place on, and share what is found. */
export function LogsPanel() {
  const { allows } = useThisBot();
  return allows("console:read") ? <Logs /> : <Refused code="not_allowed" values={{}} />;
}

function Logs() {
  const t = useTranslations("logs");
  const say = useFailureText();
  const { view, connection } = useThisBot();
  const { timeZone } = useManner();
  const [address, go] = useAddress();
  const [raw, setRaw] = useRaw();
  const hunt = useHunt(view.id, address, timeZone);
  const find = useFinder(address);
  const { at } = address;

  // The list of hits comes back to the one that was opened last.
  const opened = useRef<LogCursor | null>(null);
  if (at) opened.current = at;
  const open = useCallback((line: LogLine) => go({ at: placeOf(line) }, "push"), [go]);
  const step = useCallback((line: LogLine) => go({ at: placeOf(line) }), [go]);
  const linkTo = useCallback((line: LogLine) => writeAddress({ at: placeOf(line) }), []);
  const hrefOf = useCallback((line: LogLine) => writeAddress({ ...address, at: placeOf(line) }), [address]);
  const [visits, setVisits] = useState(0);

  const refused = hunt?.state === "broken" && address.regex && readFailure(hunt.failure).code === "bad_input";
  useReturn(() => hunt?.state === "broken" && !refused && hunt.goOn());
  const looks = useMemo(() => ({ raw, dated: true, marked: at, linkTo }), [raw, at, linkTo]);
  return (
    <LogFrame tall label={t("label", { name: view.name })}>
      <LogsToolbar
        botId={view.id}
        address={address}
        busy={hunt?.state === "hunting"}
        wrong={refused ? say(hunt.failure) : null}
        raw={raw}
        onRaw={setRaw}
        onChange={go}
        onPlace={(place) => go({ at: place }, "push")}
      />
      {connection.state === "lost" ? (
        <p role="status" className="border-border border-b bg-waiting-soft px-3 py-1.5 text-waiting text-xs">
          {t("away")}
        </p>
      ) : null}
      {hunt && at ? <HitSteps hits={hunt.hits} at={at} onBack={() => go({ at: null })} onOpen={step} /> : null}
      {hunt && !at && !refused ? <HuntBar hunt={hunt} run={address.run} /> : null}
      <div className="relative min-h-0 flex-1 bg-field">
        <LogLooksProvider {...looks}>
          {hunt && !at ? (
            <HitList
              key={searchKey(address)}
              hunt={hunt}
              find={find}
              last={opened.current}
              hrefOf={hrefOf}
              onOpen={open}
            />
          ) : (
            <Reader
              key={`${keyOf(address)}/${visits}`}
              bot={view}
              target={targetOf(address, timeZone)}
              onNewest={
                hunt
                  ? null
                  : () => {
                      go({ at: null, since: null, run: null });
                      setVisits(visits + 1);
                    }
              }
            />
          )}
        </LogLooksProvider>
      </div>
    </LogFrame>
  );
}

const placeOf = ({ run, offset }: LogLine): LogCursor => ({ run, offset });

/** Where the log is opened when nothing is searched for: at the line, the run, or the moment asked for; else at its newest line. */
function targetOf(address: LogAddress, timeZone: string): Target {
  if (address.at) return { kind: "line", at: address.at };
  if (address.run !== null) return { kind: "line", at: { run: address.run, offset: 0 } };
  const since = sinceOf(address, Date.now(), timeZone);
  return since === undefined ? { kind: "newest" } : { kind: "since", since };
}

const keyOf = ({ at, run, since }: LogAddress) => (at ? cursorOf(at) : `${run}/${since}`);
