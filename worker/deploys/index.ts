import { readdir, rm } from "node:fs/promises";
import { type BotDefinition, type BotId, botId as botIdShape } from "#contracts/bot";
import type { Deploy } from "#contracts/deploy";
import { AppError } from "#contracts/errors";
import { GIT_SEALED } from "#contracts/git";
import type { AllFiles } from "../files/index";
import { openRemote } from "../git/remote";
import { allowedNetworks } from "../imports/address";
import { readLog } from "../install/index";
import type { Deploys, Logs, Supervisor } from "../ports/index";
import { type Clock, realClock } from "../supervisor/clock";
import type { Unseal } from "../supervisor/unseal";
import { createDesk, sourceOf } from "./desk";
import { createLine, type Line } from "./line";
import { waitingIn } from "./mend";
import { type Record, viewOf } from "./record";
import { stateOf } from "./state";
import { createWebhook } from "./webhook";

export { mend } from "./mend";

export type DeployPorts = {
  /** homePaths().bots */
  botsDir: string;
  supervisor: Pick<Supervisor, "awake" | "definition" | "rest" | "get" | "onChange">;
  files: Pick<AllFiles, "bot">;
  logs: Pick<Logs, "mask">;
  unseal: Unseal;
  /** Networks that git may reach although they are private. */
  allowNetworks: readonly string[];
  gitCaFile?: string | undefined;
  /** Bytes of a repository at most. */
  limitBytes: number;
  gitTimeLimitMs?: number;
  clock?: Pick<Clock, "after">;
  say(line: string): void;
};

/** Opens the deploys of all bots. What an earlier worker left half is put back when its bot wakes (`mend`). */
export function openDeploys(ports: DeployPorts): Deploys {
  const { botsDir, supervisor, files, logs, unseal, limitBytes, gitTimeLimitMs: timeLimitMs, say } = ports;
  const reach = { allowed: allowedNetworks(ports.allowNetworks), caFile: ports.gitCaFile, unseal };
  const lines = new Map<BotId, { line: Line; webhook: ReturnType<typeof createWebhook> }>();
  const changed = new Set<(deploy: Deploy) => void>();
  const grown = new Set<(botId: BotId, number: number, end: number) => void>();
  let closed = false;

  async function definitionOf(botId: BotId): Promise<BotDefinition> {
    await supervisor.awake(botId);
    const definition = supervisor.definition(botId);
    if (!definition) throw new AppError("not_found", { what: "bot" });
    sourceOf(definition);
    return definition;
  }

  function of(botId: BotId) {
    const known = lines.get(botId);
    if (known) return known;
    // Of its last moments nothing is begun any more.
    if (closed) throw new AppError("worker_away");
    const desk = createDesk(`${botsDir}/${botId}`, { limitBytes, timeLimitMs });
    const line = createLine(botId, desk, {
      supervisor,
      files,
      clock: ports.clock ?? realClock,
      definition: () => definitionOf(botId),
      remote: (definition) => remoteOf(definition, desk.shelf.knownHosts),
      changed: (deploy) => {
        for (const listener of changed) listener(deploy);
      },
      grown: (number, end) => {
        for (const listener of grown) listener(botId, number, end);
      },
      say,
    });
    const made = { line, webhook: createWebhook(line) };
    lines.set(botId, made);
    return made;
  }
  const lineOf = (botId: BotId) => of(botId).line;

  const remoteOf = async (definition: BotDefinition, knownHosts: string) => ({
    ...(await openRemote(sourceOf(definition).url, definition.id, definition.deploy?.credentials, reach)),
    knownHosts,
  });

  async function find(botId: BotId, number: number): Promise<Record> {
    await definitionOf(botId);
    const line = lineOf(botId);
    const record = line.find(number) ?? (await line.desk.shelf.read(number));
    if (!record) throw new AppError("not_found", { what: "deploy" });
    return record;
  }

  const view = (record: Record) => viewOf(record, lineOf(record.botId).find(record.number) !== undefined);

  return {
    async boot() {
      for (const botId of await readdir(botsDir).catch(() => [])) {
        if (closed || !botIdShape.safeParse(botId).success) continue;
        for (const record of await waitingIn(`${botsDir}/${botId}`)) await lineOf(botId).resume(record);
      }
    },
    async start(botId, request, cause) {
      const definition = await definitionOf(botId);
      return lineOf(botId).begin(definition, request, cause);
    },
    async state(botId, fetch) {
      const definition = await definitionOf(botId);
      const { desk, alone, looking, running } = lineOf(botId);
      const now = running();
      const bot = await files.bot(botId);
      const told = await alone(async () => {
        const asked = fetch && now === undefined ? await remoteOf(definition, desk.shelf.knownHosts) : undefined;
        return stateOf({ desk, definition, files: bot }, asked, looking);
      });
      return { ...told, ...(now !== undefined && { running: now }) };
    },
    async list(botId) {
      await definitionOf(botId);
      const line = lineOf(botId);
      return (await line.desk.shelf.list()).map((record) => view(line.find(record.number) ?? record));
    },
    get: async (botId, number) => view(await find(botId, number)),
    async log(botId, number, after) {
      const ended = view(await find(botId, number)).status.state !== "running";
      const { text, end, isLast } = await readLog(lineOf(botId).desk.shelf.logOf(number), after, !ended);
      const masked = text.split("\n").map((line) => logs.mask(botId, line));
      return { text: masked.join("\n"), end, ended: ended && isLast };
    },
    async cancel(botId, number) {
      const record = await find(botId, number);
      await lineOf(botId).cancel(number);
      return view(record);
    },
    async webhook(botId, push) {
      const definition = await definitionOf(botId).catch(() => undefined);
      const secret = definition?.deploy?.webhookSecret;
      // Who cannot sign learns nothing: not whether there is such a bot either.
      if (!definition || secret === undefined) throw new AppError("webhook_refused");
      return of(botId).webhook(definition, push, unseal(botId, GIT_SEALED.webhook, secret));
    },
    knowHost: (botId, hostKeys) => lineOf(botId).desk.shelf.putKnownHosts(hostKeys),
    async forgetHost(botId) {
      await definitionOf(botId);
      await rm(lineOf(botId).desk.shelf.knownHosts, { force: true });
    },
    async forget(botId) {
      await lines.get(botId)?.line.forget();
      lines.delete(botId);
    },
    onChange(listener) {
      changed.add(listener);
      return () => void changed.delete(listener);
    },
    onLog(listener) {
      grown.add(listener);
      return () => void grown.delete(listener);
    },
    async close() {
      closed = true;
      changed.clear();
      grown.clear();
      await Promise.all([...lines.values()].map(({ line }) => line.close()));
    },
  };
}
