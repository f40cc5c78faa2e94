import { useEffect, useState } from "react";
import { client } from "#client/api";
import { isSshAddress } from "#contracts/git";
import type { GitBranches } from "#contracts/import";

/** Nobody asks a host for each letter that is typed. */
const PAUSE_MS = 600;

/** What is known of a repository's branches; `why`: it could not be asked. */
export type Branches = { looking: boolean; found: GitBranches | null; why: unknown };

const nothing: Branches = { looking: false, found: null, why: null };

/** The branches of a repository reached by https, asked for once its address stands. By ssh nobody is let in yet. */
export function useBranches(url: string, token: string): Branches {
  const [branches, setBranches] = useState(nothing);
  useEffect(() => {
    setBranches(nothing);
    if (isSshAddress(url) || !/^https:\/\/[^/]+\/.+/i.test(url)) return;
    const stop = new AbortController();
    const soon = setTimeout(async () => {
      setBranches({ ...nothing, looking: true });
      try {
        const asked = { url, ...(token ? { token } : {}) };
        const found = await client.imports.branches(asked, { signal: stop.signal });
        if (!stop.signal.aborted) setBranches({ ...nothing, found });
      } catch (why) {
        if (!stop.signal.aborted) setBranches({ ...nothing, why });
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(soon);
      stop.abort();
    };
  }, [url, token]);
  return branches;
}
