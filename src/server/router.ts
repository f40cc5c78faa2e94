import { listActivity } from "./activity";
import { listAudit, readRetention, setRetention } from "./audit-log/index";
import { listBots } from "./bot-list";
import { deleteBot, getBot, trustBot, updateBot } from "./bots";
import { createBot } from "./create-bot";
import { beginDevice, decideDevice, fetchDeviceToken, getDevice } from "./device";
import { examine } from "./doctor";
import { exportEnvFile, importEnvFile, previewEnvFile } from "./env-file/index";
import { complete, open, signedIn, unread } from "./gate";
import { listTemplates } from "./imports";
import { createKey, listKeys, revokeKey, revokeThisKey } from "./keys";
import { readLog, searchLog, sendInput } from "./log";
import { readHealth, readMachine } from "./panel";
import { setPanelReach } from "./panel-reach";
import { cancelInstall, commandBot, listRuns } from "./power";
import { commandBots } from "./power-many";
import { accountRoutes, signInRoutes } from "./routes/account";
import { answeredBefore, done } from "./routes/answer";
import { dependencyRoutes, deployRoutes, importRoutes } from "./routes/deploys";
import { fileRoutes, transferRoutes } from "./routes/files";
import { inviteRoutes, memberRoutes, tagRoutes, viewAsRoutes } from "./routes/sharing";
import { banRoutes, limitRoutes, userRoutes } from "./routes/users";
import { createFirstAccount, isSetupNeeded } from "./setup";
import { addSshKey, listSshKeys, removeSshKey } from "./ssh-keys";
import { adoptStray, listStrays, removeStray } from "./strays";
import { issueTicket } from "./ticket";
import { moveToken, planTokenMove } from "./token-move/index";
import { openTools } from "./tools/index";
import { listVariables, revealVariable, setVariable, unsetVariable } from "./variables";
import { explainBot } from "./why";

const {
  panel,
  account,
  audit,
  device,
  live,
  bots,
  env,
  log,
  strays,
  streams,
  templates,
  tools: toolOperations,
} = signedIn;

/** What language models are offered of these operations. */
export const tools = openTools(() => router);

/** Every operation of the contract and the verb behind it; the compiler misses none. */
export const router = complete({
  panel: {
    health: open.panel.health.handler(async ({ context }) => {
      const health = await readHealth();
      if (health.status !== "ok") Object.assign(context.answer, { status: 503, headers: { "retry-after": "5" } });
      return health;
    }),
    node: panel.node.handler(({ context }) => readMachine(context.actor)),
    doctor: panel.doctor.handler(({ context }) => examine(context.actor)),
  },
  setup: {
    status: open.setup.status.handler(async () => ({ needed: await isSetupNeeded() })),
    create: open.setup.create.handler(async ({ context, input }) =>
      createFirstAccount(await context.actor(), context.address, input),
    ),
  },
  account: {
    ...accountRoutes,
    keys: {
      list: account.keys.list.handler(({ context }) => listKeys(context.actor)),
      create: account.keys.create.handler(({ context, input }) => createKey(context.actor, input)),
      revokeThis: account.keys.revokeThis.handler(({ context }) => done(revokeThisKey(context.actor))),
      revoke: account.keys.revoke.handler(({ context, input }) => done(revokeKey(context.actor, input.keyId))),
    },
    sshKeys: {
      list: account.sshKeys.list.handler(({ context }) => listSshKeys(context.actor)),
      add: account.sshKeys.add.handler(({ context, input }) => addSshKey(context.actor, input)),
      remove: account.sshKeys.remove.handler(({ context, input }) => done(removeSshKey(context.actor, input.keyId))),
    },
  },
  signIn: signInRoutes,
  members: memberRoutes,
  invites: inviteRoutes,
  tags: tagRoutes,
  viewAs: viewAsRoutes,
  audit: {
    list: audit.list.handler(({ context, input }) => listAudit(context.actor, input)),
    download: audit.download.handler(answeredBefore),
    retention: audit.retention.handler(({ context }) => readRetention(context.actor)),
    setRetention: audit.setRetention.handler(({ context, input }) => setRetention(context.actor, input)),
  },
  device: {
    begin: open.device.begin.handler(({ context, input }) => beginDevice(input.name, context.address)),
    token: open.device.token.handler(({ context, input }) => fetchDeviceToken(input.deviceCode, context.address)),
    get: device.get.handler(({ context, input }) => getDevice(context.actor, input.userCode)),
    decide: device.decide.handler(({ context, input }) => done(decideDevice(context.actor, input))),
  },
  users: userRoutes,
  limits: limitRoutes,
  bans: banRoutes,
  live: { ticket: live.ticket.handler(({ context }) => issueTicket(context.actor)) },
  bots: {
    list: unread(bots.list.handler(({ context, input }) => listBots(context.actor, input))),
    get: bots.get.handler(({ context, input }) => getBot(context.actor, input.botId)),
    why: bots.why.handler(({ context, input }) => explainBot(context.actor, input.botId)),
    create: bots.create.handler(({ context, input }) => createBot(context.actor, input)),
    update: bots.update.handler(({ context, input }) => updateBot(context.actor, input)),
    delete: bots.delete.handler(({ context, input }) => done(deleteBot(context.actor, input.botId))),
    start: bots.start.handler(({ context, input }) => commandBot(context.actor, input.botId, "start")),
    stop: bots.stop.handler(({ context, input }) => commandBot(context.actor, input.botId, "stop")),
    restart: bots.restart.handler(({ context, input }) => commandBot(context.actor, input.botId, "restart")),
    kill: bots.kill.handler(({ context, input }) => commandBot(context.actor, input.botId, "kill")),
    powerMany: bots.powerMany.handler(({ context, input }) => commandBots(context.actor, input)),
    setPanelReach: bots.setPanelReach.handler(({ context, input }) =>
      setPanelReach(context.actor, input.botId, input.reach),
    ),
    trust: bots.trust.handler(({ context, input }) => trustBot(context.actor, input.botId, input.trusted)),
    cancelInstall: bots.cancelInstall.handler(({ context, input }) => done(cancelInstall(context.actor, input.botId))),
    runs: bots.runs.handler(({ context, input }) => listRuns(context.actor, input)),
    activity: bots.activity.handler(({ context, input }) => listActivity(context.actor, input)),
  },
  strays: {
    list: strays.list.handler(({ context }) => listStrays(context.actor)),
    adopt: strays.adopt.handler(({ context, input }) => adoptStray(context.actor, input)),
    remove: strays.remove.handler(({ context, input }) => done(removeStray(context.actor, input.strayId))),
  },
  env: {
    list: env.list.handler(({ context, input }) => listVariables(context.actor, input.botId)),
    set: env.set.handler(({ context, input }) => setVariable(context.actor, input)),
    preview: env.preview.handler(({ context, input }) => previewEnvFile(context.actor, input)),
    import: env.import.handler(({ context, input }) => importEnvFile(context.actor, input)),
    reveal: env.reveal.handler(({ context, input }) => revealVariable(context.actor, input.botId, input.key)),
    planTokenMove: env.planTokenMove.handler(({ context, input }) => planTokenMove(context.actor, input)),
    moveToken: env.moveToken.handler(({ context, input }) => moveToken(context.actor, input)),
    export: env.export.handler(({ context, input }) => exportEnvFile(context.actor, input.botId)),
    unset: env.unset.handler(({ context, input }) => done(unsetVariable(context.actor, input.botId, input.key))),
  },
  log: {
    read: log.read.handler(({ context, input }) => readLog(context.actor, input)),
    search: log.search.handler(({ context, input, signal }) => searchLog(context.actor, input, signal)),
    download: log.download.handler(answeredBefore),
    send: log.send.handler(({ context, input }) => done(sendInput(context.actor, input.botId, input.text))),
  },
  streams: {
    log: streams.log.handler(answeredBefore),
    events: streams.events.handler(answeredBefore),
  },
  files: fileRoutes,
  dependencies: dependencyRoutes,
  transfers: transferRoutes,
  deploys: deployRoutes,
  imports: importRoutes,
  templates: { list: templates.list.handler(() => listTemplates()) },
  tools: {
    list: toolOperations.list.handler(({ context, input }) => ({ tools: tools.list(context.actor, input.write) })),
    call: toolOperations.call.handler(async ({ context: { headers }, input: { name, input, write }, signal }) => ({
      text: await tools.call({ headers, write, gone: signal }, name, input),
    })),
  },
});
