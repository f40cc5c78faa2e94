"use client";

import { useEffect, useRef } from "react";
import { useFailureText } from "#client/words";
import { StyledText } from "../console/styled-text";
import { useDeployLog } from "./use-log";

/** A deploy's log as it comes. It follows the end unless one scrolled up. */
export function DeployLog({ botId, number, label }: { botId: string; number: number; label: string }) {
  const { text, failure } = useDeployLog(botId, number);
  const say = useFailureText();
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the box is longer whenever the text is
  useEffect(() => {
    if (box.current && follows.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <div
      ref={box}
      role="log"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        follows.current = scrollTop + clientHeight > scrollHeight - 24;
      }}
      className="max-h-72 min-h-16 overflow-auto rounded-lg border border-border bg-field p-3 font-mono text-xs leading-relaxed outline-none focus-visible:ring-2 focus-visible:ring-ring"
    >
      {text.split("\n").map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name and never move
        <div key={index} className="wrap-anywhere min-h-[1lh] whitespace-pre-wrap">
          <StyledText text={line} />
        </div>
      ))}
      {failure ? <p className="text-danger">{say(failure)}</p> : null}
    </div>
  );
}
