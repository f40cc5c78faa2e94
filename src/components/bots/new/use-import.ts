"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { client } from "#client/api";
import { FailureError, failureOf } from "#client/failure";
import type { ImportRequest, ImportStatus, ImportView } from "#contracts/import";
import { type PickedFile, sizeOf } from "./picked-files";
import { sendFiles } from "./send-files";

const ASK_EVERY = 500;

/** What was found, once an import is ready. */
export type Found = Extract<ImportStatus, { state: "ready" }>;

/** How far bringing the files in is. */
export type ImportStep =
  | { step: "choose" }
  | { step: "sending"; sent: number; total: number }
  | { step: "working"; status: ImportStatus | null }
  | { step: "found"; importId: string; found: Found }
  /** `publicKey`: the deploy key that it can be tried again with. */
  | { step: "failed"; why: unknown; publicKey?: string };

/** What to bring in: a request, or picked files. */
export type Choice = Exclude<ImportRequest, { kind: "upload" }> | { kind: "upload"; files: readonly PickedFile[] };

type Tell = (now: ImportStep) => void;

/** Brings files in and looks at them: starts, sends, asks until it is over, cancels. One at a time. */
export function useImport() {
  const [now, setNow] = useState<ImportStep>({ step: "choose" });
  const under = useRef<{ abort: AbortController; importId?: string; publicKey?: string; choice: Choice } | null>(null);

  const forget = useCallback(() => {
    const current = under.current;
    under.current = null;
    current?.abort.abort();
    // It ends by itself in an hour; a failure to end it sooner is nothing to tell.
    if (current?.importId) void client.imports.cancel({ importId: current.importId }).catch(() => {});
  }, []);
  // Leaving the page ends a transfer, but an import that was made into a bot is gone already and answers so.
  useEffect(() => () => under.current?.abort.abort(), []);

  const begin = useCallback(
    async (choice: Choice) => {
      forget();
      const mine: NonNullable<typeof under.current> = { abort: new AbortController(), choice };
      under.current = mine;
      const { signal } = mine.abort;
      setNow({ step: "working", status: null });
      try {
        const created = await client.imports.create(requestOf(choice), { signal });
        mine.importId = created.id;
        mine.publicKey = created.publicKey;
        if (signal.aborted) return;
        const last = await follow(await send(created, choice, signal, setNow), signal, setNow);
        setNow({ step: "found", importId: last.id, found: last.found });
      } catch (why) {
        if (!signal.aborted) setNow({ step: "failed", why, publicKey: mine.publicKey });
      }
    },
    [forget],
  );

  /** As before; with the key that was shown, where there is one, because another would have to be added anew. */
  const again = useCallback(async () => {
    const mine = under.current;
    if (!mine?.importId || !mine.publicKey) return mine ? begin(mine.choice) : undefined;
    const { signal } = mine.abort;
    const { importId, publicKey } = mine;
    setNow({ step: "working", status: null });
    try {
      const last = await follow(await client.imports.retry({ importId }, { signal }), signal, setNow);
      setNow({ step: "found", importId: last.id, found: last.found });
    } catch (why) {
      if (!signal.aborted) setNow({ step: "failed", why, publicKey });
    }
  }, [begin]);

  return {
    now,
    begin,
    /** Ends what is under way or forgets what was found, and goes back to choosing. */
    cancel: useCallback(() => {
      forget();
      setNow({ step: "choose" });
    }, [forget]),
    again,
    /** The import became a bot: there is nothing to cancel any more. */
    release: useCallback(() => {
      under.current = null;
    }, []),
  };
}

const requestOf = (choice: Choice): ImportRequest =>
  choice.kind === "upload"
    ? { kind: "upload", files: choice.files.map(({ path, file }) => ({ path, size: file.size })) }
    : choice;

async function send(created: ImportView, choice: Choice, signal: AbortSignal, tell: Tell): Promise<ImportView> {
  if (choice.kind !== "upload") return created;
  const total = sizeOf(choice.files);
  tell({ step: "sending", sent: 0, total });
  await sendFiles(created.id, choice.files, { signal, onSent: (sent) => tell({ step: "sending", sent, total }) });
  return await client.imports.finish({ importId: created.id }, { signal });
}

async function follow(first: ImportView, signal: AbortSignal, tell: Tell): Promise<{ id: string; found: Found }> {
  for (let view = first; ; view = await client.imports.get({ importId: first.id }, { signal })) {
    signal.throwIfAborted();
    const { status } = view;
    if (status.state === "ready") return { id: view.id, found: status };
    if (status.state === "failed") throw new FailureError(failureOf(status.code, status.values));
    tell({ step: "working", status });
    await new Promise((done) => setTimeout(done, ASK_EVERY));
  }
}
