import { rm } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { AppError } from "#contracts/errors";
import type { NodeInfo } from "#contracts/host";
import { type RpcName, rpc } from "#contracts/rpc";
import type { Template } from "#contracts/template";
import { deploysSeen } from "../deploys/seen";
import type {
  Dependencies,
  Deploys,
  FileSearches,
  Files,
  Gateway,
  Imports,
  Logs,
  Monitor,
  Sftp,
  Supervisor,
  Transfers,
} from "../ports/index";
import { presentOf } from "../present";

/** What the web's questions are answered from. */
export type RpcPorts = {
  supervisor: Supervisor;
  imports: Imports;
  logs: Pick<Logs, "read" | "search" | "file" | "mask">;
  files: Files;
  fileSearches: Pick<FileSearches, "search" | "find" | "tokens">;
  dependencies: Omit<Dependencies, "boot" | "close">;
  monitor: Pick<Monitor, "samples" | "host">;
  gateway: Pick<Gateway, "drop" | "dropAll">;
  sftp: Pick<Sftp, "check">;
  transfers: Transfers;
  deploys: Omit<Deploys, "onChange" | "onLog" | "close">;
  node: () => NodeInfo;
  templates: () => readonly Template[] | Promise<readonly Template[]>;
};

export type Verbs = { readonly [Name in RpcName]: (raw: unknown, gone?: AbortSignal) => Promise<unknown> };

/** One verb per name of contracts/rpc; each parses what it is given and what it answers. What only reads stops when who asked is `gone`; a change never does. */
export function createVerbs(ports: RpcPorts): Verbs {
  const { supervisor, imports, logs, files, fileSearches, dependencies, transfers, deploys, monitor } = ports;
  const present = presentOf(ports);

  const known = (botId: string) => {
    const live = present(botId);
    if (!live) throw new AppError("not_found", { what: "bot" });
    return { live };
  };

  return {
    "node.info": verb(rpc["node.info"], () => ports.node()),
    "host.samples": verb(rpc["host.samples"], () => ({ samples: monitor.host() })),
    "templates.list": verb(rpc["templates.list"], async () => ({ templates: [...(await ports.templates())] })),
    "bots.live": verb(rpc["bots.live"], ({ botIds }) => ({
      live: Object.fromEntries(
        (botIds ?? supervisor.ids()).flatMap((id) => {
          const live = present(id);
          return live ? [[id, live]] : [];
        }),
      ),
    })),
    "bots.list": verb(rpc["bots.list"], () => ({
      bots: Object.fromEntries(supervisor.ids().map((id) => [id, supervisor.definition(id)?.revision ?? 0])),
    })),
    "bots.get": verb(rpc["bots.get"], async ({ botId }) => {
      await supervisor.awake(botId);
      const definition = supervisor.definition(botId);
      if (!definition) throw new AppError("not_found", { what: "bot" });
      return { definition };
    }),
    "bots.put": verb(rpc["bots.put"], async ({ definition, importId }) => {
      const { folder, hostKeys } = importId === undefined ? {} : imports.take(importId);
      try {
        await supervisor.put(definition, folder);
        if (hostKeys !== undefined) await deploys.knowHost(definition.id, hostKeys);
      } catch (error) {
        // The import is gone and the bot is not there: files that belong to neither may not stay.
        if (folder !== undefined) await rm(folder, { recursive: true, force: true });
        throw error;
      }
      const has = supervisor.definition(definition.id);
      const newer = has && !isDeepStrictEqual(has, definition) ? { newer: has.revision } : {};
      return { ...known(definition.id), ...newer };
    }),
    "bots.remove": verb(rpc["bots.remove"], async ({ botId }) => {
      await deploys.forget(botId);
      await transfers.forget(botId);
      await supervisor.remove(botId);
      return {};
    }),
    "bots.command": verb(rpc["bots.command"], async ({ botId, command, by }) => {
      await supervisor.command(botId, command, by);
      return known(botId);
    }),
    "bots.commandMany": verb(rpc["bots.commandMany"], async ({ botIds, command, by }) => {
      const results = botIds.map(async (botId) => {
        try {
          await supervisor.command(botId, command, by);
          return { botId, ...known(botId) };
        } catch (error) {
          if (error instanceof AppError) return { botId, code: error.code, values: error.values };
          throw error;
        }
      });
      return { results: await Promise.all(results) };
    }),
    "bots.reveal": verb(rpc["bots.reveal"], async ({ botId, key }) => {
      await supervisor.awake(botId);
      return { values: supervisor.reveal(botId, key) };
    }),
    "bots.mask": verb(rpc["bots.mask"], async ({ botId, text }) => {
      await supervisor.awake(botId);
      known(botId);
      const masked = text.split("\n").map((line) => logs.mask(botId, line));
      return { text: masked.join("\n") };
    }),
    "bots.cancelInstall": verb(rpc["bots.cancelInstall"], async ({ botId }) => {
      await supervisor.cancelInstall(botId);
      return {};
    }),
    "bots.send": verb(rpc["bots.send"], async ({ botId, text }) => {
      await supervisor.send(botId, text);
      return {};
    }),
    "bots.log": verb(rpc["bots.log"], async ({ botId, query }) => {
      await supervisor.awake(botId);
      known(botId);
      return logs.read(botId, query);
    }),
    "bots.search": verb(rpc["bots.search"], async ({ botId, search }, gone) => {
      await supervisor.awake(botId);
      known(botId);
      return logs.search(botId, search, gone);
    }),
    "bots.runs": verb(rpc["bots.runs"], async ({ botId, limit, before }) => ({
      runs: await supervisor.runs(botId, limit, before),
    })),
    "files.list": verb(rpc["files.list"], ({ hidden, botId, query }) => files.hiding(hidden).list(botId, query)),
    "files.read": verb(rpc["files.read"], ({ hidden, botId, path }) => files.hiding(hidden).read(botId, path)),
    "files.write": verb(rpc["files.write"], ({ hidden, botId, write, author, redact }) =>
      files.hiding(hidden).write(botId, write, author, redact),
    ),
    "files.makeFolder": verb(rpc["files.makeFolder"], async ({ hidden, botId, path }) => {
      await files.hiding(hidden).makeFolder(botId, path);
      return {};
    }),
    "files.move": verb(rpc["files.move"], async ({ hidden, botId, move }) => ({
      results: await files.hiding(hidden).move(botId, move),
    })),
    "files.remove": verb(rpc["files.remove"], async ({ hidden, botId, paths }) => ({
      results: await files.hiding(hidden).remove(botId, paths),
    })),
    "files.setMode": verb(rpc["files.setMode"], async ({ hidden, botId, path, mode }) => {
      await files.hiding(hidden).setMode(botId, path, mode);
      return {};
    }),
    "files.usage": verb(rpc["files.usage"], ({ hidden, botId }) => files.hiding(hidden).usage(botId)),
    "files.trash": verb(rpc["files.trash"], async ({ hidden, botId }) => ({
      entries: await files.hiding(hidden).trash(botId),
    })),
    "files.restore": verb(rpc["files.restore"], async ({ hidden, botId, trashId }) => ({
      path: await files.hiding(hidden).restore(botId, trashId),
    })),
    "files.purge": verb(rpc["files.purge"], async ({ hidden, botId }) => {
      await files.hiding(hidden).purge(botId);
      return {};
    }),
    "files.history": verb(rpc["files.history"], async ({ hidden, botId, path }) => ({
      versions: await files.hiding(hidden).history(botId, path),
    })),
    "files.version": verb(rpc["files.version"], async ({ hidden, botId, path, versionId }) => ({
      text: await files.hiding(hidden).version(botId, path, versionId),
    })),
    "files.search": verb(rpc["files.search"], ({ hidden, botId, search }, gone) =>
      fileSearches.search(botId, search, hidden, gone),
    ),
    "files.find": verb(rpc["files.find"], ({ hidden, botId, search }, gone) =>
      fileSearches.find(botId, search, hidden, gone),
    ),
    "files.tokens": verb(rpc["files.tokens"], ({ hidden, botId, search }, gone) =>
      fileSearches.tokens(botId, search, hidden, gone),
    ),
    "imports.create": verb(rpc["imports.create"], ({ owner, request, anywhere, keep }) =>
      imports.create(owner, request, { anywhere, ...(keep && { keep }) }),
    ),
    "imports.get": verb(rpc["imports.get"], ({ owner, importId }) => imports.get(owner, importId)),
    "imports.retry": verb(rpc["imports.retry"], ({ owner, importId }) => imports.retry(owner, importId)),
    "imports.branches": verb(rpc["imports.branches"], ({ url, keep }, gone) => imports.branches(url, keep, gone)),
    "imports.cancel": verb(rpc["imports.cancel"], async ({ owner, importId }) => {
      await imports.cancel(owner, importId);
      return {};
    }),
    "imports.finish": verb(rpc["imports.finish"], ({ owner, importId }) => imports.finish(owner, importId)),
    "transfers.upload": verb(rpc["transfers.upload"], ({ hidden, botId, owner, request }) =>
      transfers.hiding(hidden).upload(botId, owner, request),
    ),
    "transfers.uploads": verb(rpc["transfers.uploads"], async ({ hidden, botId, owner }) => ({
      uploads: await transfers.hiding(hidden).uploads(botId, owner),
    })),
    "transfers.uploadState": verb(rpc["transfers.uploadState"], ({ hidden, botId, owner, transferId }) =>
      transfers.hiding(hidden).uploadState(botId, owner, transferId),
    ),
    "transfers.finish": verb(rpc["transfers.finish"], ({ hidden, botId, owner, transferId, ...choice }) =>
      transfers.hiding(hidden).finish(botId, owner, transferId, choice),
    ),
    "transfers.taken": verb(rpc["transfers.taken"], async ({ hidden, botId, request }) => ({
      taken: await transfers.hiding(hidden).taken(botId, request),
    })),
    "transfers.preview": verb(rpc["transfers.preview"], ({ hidden, botId, request }, gone) =>
      transfers.hiding(hidden).preview(botId, request, gone),
    ),
    "transfers.extract": verb(rpc["transfers.extract"], ({ hidden, botId, request, ...by }) =>
      transfers.hiding(hidden).extract(botId, by, request),
    ),
    "transfers.formats": verb(rpc["transfers.formats"], async () => ({ formats: transfers.formats() })),
    "transfers.pack": verb(rpc["transfers.pack"], ({ hidden, botId, request, ...by }) =>
      transfers.hiding(hidden).pack(botId, by, request),
    ),
    "transfers.pull": verb(rpc["transfers.pull"], ({ hidden, botId, request, ...by }) =>
      transfers.hiding(hidden).pull(botId, by, request),
    ),
    "transfers.state": verb(rpc["transfers.state"], ({ hidden, botId, owner, transferId }) =>
      transfers.hiding(hidden).state(botId, owner, transferId),
    ),
    "transfers.cancel": verb(rpc["transfers.cancel"], async ({ hidden, botId, owner, transferId }) => {
      await transfers.hiding(hidden).cancel(botId, owner, transferId);
      return {};
    }),
    "deploys.state": verb(rpc["deploys.state"], async ({ hidden, botId, fetch }) =>
      deploysSeen(hidden).state(await deploys.state(botId, fetch)),
    ),
    "deploys.list": verb(rpc["deploys.list"], async ({ hidden, botId }) => ({
      deploys: (await deploys.list(botId)).map(deploysSeen(hidden).deploy),
    })),
    "deploys.get": verb(rpc["deploys.get"], async ({ hidden, botId, number }) =>
      deploysSeen(hidden).deploy(await deploys.get(botId, number)),
    ),
    "deploys.log": verb(rpc["deploys.log"], async ({ hidden, botId, number, after }) =>
      deploysSeen(hidden).log(await deploys.log(botId, number, after)),
    ),
    "deploys.start": verb(rpc["deploys.start"], async ({ hidden, botId, request, cause }) =>
      deploysSeen(hidden).deploy(await deploys.start(botId, request, cause)),
    ),
    "deploys.cancel": verb(rpc["deploys.cancel"], async ({ hidden, botId, number }) =>
      deploysSeen(hidden).deploy(await deploys.cancel(botId, number)),
    ),
    "deploys.webhook": verb(rpc["deploys.webhook"], ({ botId, push }) => deploys.webhook(botId, push)),
    "deploys.forgetHost": verb(rpc["deploys.forgetHost"], async ({ botId }) => {
      await deploys.forgetHost(botId);
      return {};
    }),
    "dependencies.list": verb(rpc["dependencies.list"], ({ botId, hidden }) => dependencies.list(botId, hidden)),
    "dependencies.log": verb(rpc["dependencies.log"], ({ botId, from }) => dependencies.log(botId, from)),
    "dependencies.check": verb(rpc["dependencies.check"], async ({ botId }) => ({
      work: await dependencies.check(botId),
    })),
    "dependencies.install": verb(rpc["dependencies.install"], async ({ botId, request, ...how }) => ({
      work: await dependencies.install(botId, request, how),
    })),
    "dependencies.remove": verb(rpc["dependencies.remove"], async ({ botId, name, author }) => ({
      work: await dependencies.remove(botId, name, author),
    })),
    "dependencies.cancel": verb(rpc["dependencies.cancel"], async ({ botId }) => ({
      work: await dependencies.cancel(botId),
    })),
    "access.changed": verb(rpc["access.changed"], async ({ userId, sessionIds }) => {
      ports.gateway.drop(userId, sessionIds);
      if (sessionIds === undefined) await Promise.all([ports.sftp.check(userId), transfers.check(userId)]);
      return {};
    }),
    "access.recheck": verb(rpc["access.recheck"], async () => {
      ports.gateway.dropAll();
      await ports.sftp.check();
      return {};
    }),
  } satisfies Verbs;
}

/** Parses the input at the edge, and the output too: what leaves is what the contract says. */
function verb<Input extends z.ZodType, Output extends z.ZodType>(
  schema: { input: Input; output: Output },
  act: (input: z.infer<Input>, gone?: AbortSignal) => z.input<Output> | Promise<z.input<Output>>,
) {
  return async (raw: unknown, gone?: AbortSignal): Promise<unknown> => {
    const read = schema.input.safeParse(raw);
    if (!read.success) {
      const [issue] = read.error.issues;
      throw new AppError("bad_input", { detail: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}` });
    }
    return schema.output.parse(await act(read.data, gone));
  };
}
