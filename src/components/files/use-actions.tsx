import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { toast } from "sonner";
import { client } from "#client/api";
import { atMost } from "#client/at-most";
import { FailureError, failureOf, readFailure } from "#client/failure";
import { keys } from "#client/queries";
import { useFailureText } from "#client/words";
import type { FileMove, FileResult, OnConflict } from "#contracts/files";
import type { PullRequest } from "#contracts/transfer";
import type { Desk } from "./desk";
import { watchTransfer } from "./dock/watch";
import { isWithin, join, nameOf, parentOf, topmost, trailOf } from "./paths";

/** Things that could not go where they should because something of their name lies there. */
export type Conflict = { from: string[]; to: string; copy: boolean };

type Failed = Extract<FileResult, { outcome: "failed" }>;

/** So many paths go into one request. */
const PART = 1_000;

/** Changes of whole trees wait for each other: of more than four at once of one person the panel refuses the others. */
const changes = atMost(4);

async function inParts(paths: string[], ask: (part: string[]) => Promise<{ results: FileResult[] }>) {
  const all: FileResult[] = [];
  for (let at = 0; at < paths.length; at += PART) all.push(...(await ask(paths.slice(at, at + PART))).results);
  return all;
}

/** What can be done with a bot's files. Each says how it went; those that a dialog waits for throw what `readFailure` reads. */
export type Actions = ReturnType<typeof useActions>;

export function useActions(desk: Desk, onConflict: (conflict: Conflict) => void) {
  const t = useTranslations("files");
  const say = useFailureText();
  const queries = useQueryClient();
  return useMemo(() => {
    const { botId, folders } = desk;
    const failed = (error: unknown) => void toast.error(say(error));
    // After a change: what these folders hold, and all that is known of the bot's files otherwise, is asked for anew.
    const again = (paths: readonly string[]) => {
      void queries.invalidateQueries({ queryKey: keys.files(botId) });
      return Promise.all([...new Set(paths)].map((path) => folders.again(path)));
    };

    const tell = (failures: readonly Failed[]) => {
      const [first] = failures;
      if (!first) return;
      const words = say(new FailureError(failureOf(first.code, first.values)));
      toast.error(failures.length === 1 ? words : t("andMore", { first: words, count: failures.length - 1 }));
    };

    async function restore(trashIds: readonly string[]): Promise<void> {
      const back: string[] = [];
      try {
        for (const trashId of trashIds) back.push((await changes(() => client.files.restore({ botId, trashId }))).path);
      } finally {
        await again(back.map(parentOf));
        if (back.length > 0) toast.success(t("restored", { count: back.length, name: nameOf(back[0] ?? "") }));
      }
    }

    async function move(ask: Pick<FileMove, "to" | "copy"> & { from: readonly string[] }, conflict: OnConflict) {
      const from = topmost(ask.from);
      const results = await inParts(from, (part) =>
        changes(() => client.files.move({ botId, ...ask, from: part, conflict })),
      );
      const done = results.flatMap((result) => (result.outcome === "done" ? [result] : []));
      for (const { from: before, path } of done) {
        if (!ask.copy) desk.moved(before, path);
        desk.replaced(path);
      }
      await again([ask.to, ...(ask.copy ? [] : from.map(parentOf))]);
      const failures = results.flatMap((result) => (result.outcome === "failed" ? [result] : []));
      const taken = failures.filter(({ code }) => code === "file_exists").map((failure) => failure.from);
      if (taken.length > 0) onConflict({ from: taken, to: ask.to, copy: ask.copy });
      tell(failures.filter(({ code }) => code !== "file_exists"));
      if (done.length > 0) {
        const name = nameOf(done[0]?.path ?? "");
        toast.success(t(ask.copy ? "copied" : "moved", { count: done.length, name }));
      }
      return done.map(({ path }) => path);
    }

    // The folders on the way from one that is there down to what a path names; those that are there already are welcome.
    async function makeWay(from: string, path: string): Promise<void> {
      for (const folder of trailOf(parentOf(path))) {
        if (isWithin(from, folder)) continue;
        await client.files.makeFolder({ botId, path: folder }).catch((error: unknown) => {
          if (readFailure(error).code !== "file_exists") throw error;
        });
      }
    }

    return {
      /** Makes an empty file in a folder; `name` may lead through folders that are made too. Answers its path. Throws. */
      async makeFile(folder: string, name: string): Promise<string> {
        const path = join(folder, name);
        await makeWay(folder, path);
        await client.files.write({ botId, path, text: "", etag: null });
        await again([folder, parentOf(path)]);
        toast.success(t("newFile.done", { name: nameOf(path) }));
        return path;
      },
      /** As a file, a folder. Throws. */
      async makeFolder(folder: string, name: string): Promise<void> {
        const path = join(folder, name);
        await makeWay(folder, path);
        await client.files.makeFolder({ botId, path });
        await again([folder, parentOf(path)]);
        toast.success(t("newFolder.done", { name: nameOf(path) }));
      },
      /** Answers where it is now. Throws. */
      async rename(path: string, name: string): Promise<string> {
        const folder = parentOf(path);
        const { results } = await changes(() => client.files.move({ botId, from: [path], to: folder, name }));
        const [result] = results;
        if (result?.outcome === "failed") throw new FailureError(failureOf(result.code, result.values));
        const to = result?.path ?? join(folder, name);
        desk.moved(path, to);
        await again([folder]);
        toast.success(t("rename.done", { name }));
        return to;
      },
      /** Moves or copies; what is in the way is asked about. Answers where things are now. */
      async put(from: readonly string[], to: string, copy: boolean, conflict?: OnConflict): Promise<readonly string[]> {
        // Into the folder it lies in: a copy beside it, and nothing to move.
        const others = copy ? from : from.filter((path) => parentOf(path) !== to && !isWithin(to, path));
        if (others.length === 0) return [];
        const beside = copy && others.every((path) => parentOf(path) === to);
        try {
          return await move({ from: others, to, copy }, conflict ?? (beside ? "keepBoth" : "refuse"));
        } catch (error) {
          failed(error);
          return [];
        }
      },
      /** Puts things into the trash, and offers to bring them back. */
      async remove(chosen: readonly string[], undoable: boolean): Promise<void> {
        const paths = topmost(chosen);
        try {
          const results = await inParts(paths, (part) => changes(() => client.files.remove({ botId, paths: part })));
          const done = results.flatMap((result) => (result.outcome === "done" ? [result] : []));
          const gone = done.map(({ from }) => from);
          for (const path of gone) desk.removed(path);
          await again(gone.map(parentOf));
          tell(results.flatMap((result) => (result.outcome === "failed" ? [result] : [])));
          if (gone.length === 0) return;
          const trashIds = done.flatMap(({ trash }) => trash ?? []);
          const action = { label: t("undo"), onClick: () => void restore(trashIds).catch(failed) };
          toast.success(
            t("removed", { count: gone.length, name: nameOf(gone[0] ?? "") }),
            undoable ? { action, duration: 10_000 } : {},
          );
        } catch (error) {
          failed(error);
        }
      },
      /** Fetches a file from an address; how far it is shows in the dock. Throws. */
      async pull(to: string, request: Pick<PullRequest, "url" | "name" | "conflict">): Promise<void> {
        const begun = await client.transfers.pull({ botId, to, ...request });
        void watchTransfer(botId, begun, { name: request.name ?? nameOf(request.url.replace(/[?#].*$/, "")) });
      },
      /** Throws. */
      async setMode(path: string, mode: number): Promise<void> {
        await client.files.setMode({ botId, path, mode });
        await again([parentOf(path)]);
      },
      /** Puts things of the trash back where they lay. Throws. */
      restore,
      /** Saves an open file and says so; what stands in the way shows in its tab. */
      async save(key: number, over = false): Promise<boolean> {
        try {
          const done = await desk.save(key, over);
          const doc = desk.docs.get().find((one) => one.key === key);
          if (done && doc)
            toast.success(t("editor.saved", { name: nameOf(doc.path) }), { id: `saved/${key}`, duration: 2_000 });
          if (done && doc) void again([parentOf(doc.path)]);
          return done;
        } catch (error) {
          failed(error);
          return false;
        }
      },
      failed,
    };
  }, [desk, onConflict, queries, say, t]);
}
