import { useEffect, useMemo, useState } from "react";
import { type Finder, finderOf, patternFinder } from "./highlight";

const nothing: Finder = () => [];

/** Finds in a hit what the search found in it; a pattern's engine is fetched when one is first used. */
export function useFinder({ text, regex, exact }: { text: string; regex: boolean; exact: boolean }): Finder {
  const plain = useMemo(() => finderOf(text, exact), [text, exact]);
  const [pattern, setPattern] = useState<Finder>(() => nothing);
  useEffect(() => {
    if (!regex || text === "") return;
    let gone = false;
    void patternFinder(text, exact).then((finder) => {
      if (!gone) setPattern(() => finder ?? nothing);
    });
    return () => {
      gone = true;
      setPattern(() => nothing);
    };
  }, [text, regex, exact]);
  return regex ? pattern : plain;
}
