import { listActivity } from "./activity";
import { extractArchive, listFormats, packArchive, previewArchive } from "./archives";
import { listAudit, readRetention, setRetention } from "./audit-log/index";
import { listBots } from "./bot-list";
import { deleteBot, getBot, trustBot, updateBot } from "./bots";
import { createBot } from "./create-bot";
import {
  cancelDependencyWork,
  checkDependencies,
  installDependency,
  listDependencies,
  readDependencyLog,
  removeDependency,
} from "./dependencies";
import {
  configure,
  connect,
  forgetHost,
  makeHookSecret,
  makeKey,
  readSetup,
  removeToken,
  setToken,
} from "./deploy-setup";
import {
  cancelDeploy,
  checkUpstream,
  getDeploy,
  listDeploys,
  readDeployLog,
  readState,
  redeploy,
  startDeploy,
} from "./deploys";
import { beginDevice, decideDevice, fetchDeviceToken, getDevice } from "./device";
import { examine } from "./doctor";
import { exportEnvFile, importEnvFile, previewEnvFile } from "./env-file/index";
import { findFiles, findTokens, searchFiles } from "./file-search";
import {
  listFolder,
  listTrash,
  listVersions,
  makeFolder,
  moveFiles,
  purgeTrash,
  readText,
  readUsage,
  readVersion,
  removeFiles,
  restoreFile,
  setMode,
  writeText,
} from "./files";
import { complete, open, signedIn, unread } from "./gate";
import {
  cancelImport,
  createImport,
  finishImport,
  getImport,
  listBranches,
  listTemplates,
  retryImport,
} from "./imports";
import { createKey, listKeys, revokeKey, revokeThisKey } from "./keys";
import { readLog, searchLog, sendInput } from "./log";
import { readHealth, readMachine } from "./panel";
import { setPanelReach } from "./panel-reach";
import { cancelInstall, commandBot, listRuns } from "./power";
import { commandBots } from "./power-many";
import { fileMarkOf } from "./precondition";
import { pullFile } from "./pulls";
import { accountRoutes, signInRoutes } from "./routes/account";
import { inviteRoutes, memberRoutes, tagRoutes, viewAsRoutes } from "./routes/sharing";
import { banRoutes, limitRoutes, userRoutes } from "./routes/users";
import { createFirstAccount, isSetupNeeded } from "./setup";
import { addSshKey, listSshKeys, removeSshKey } from "./ssh-keys";
import { adoptStray, listStrays, removeStray } from "./strays";
import { issueTicket } from "./ticket";
import { moveToken, planTokenMove } from "./token-move/index";
import { openTools } from "./tools/index";
import {
  announceUpload,
  cancelTransfer,
  finishUpload,
  listUploads,
  takenPlaces,
  transferState,
  uploadState,
} from "./uploads";
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
  files,
  dependencies,
  transfers,
  deploys,
  imports,
  templates,
  tools: toolOperations,
} = signedIn;
const done = async (work: Promise<void>) => {
  await work;
  return {};
};

/** What language models are offered of these operations. */
export const tools = openTools(() => router);

/** What takes or gives bytes is answered before it comes here, see log-file.ts, transfer.ts, chunks.ts and streams/. */
const answeredBefore = () => {
  throw new Error("bytes were asked for in a way that cannot be answered");
};

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
  files: {
    list: files.list.handler(({ context, input }) => listFolder(context.actor, input)),
    read: files.read.handler(async ({ context, input }) => {
      const file = await readText(context.actor, input);
      context.answer.revision = file.etag;
      return file;
    }),
    write: files.write.handler(async ({ context, input }) => {
      const file = await writeText(context.actor, { etag: fileMarkOf(context.headers), ...input });
      context.answer.headers = { etag: `"${file.etag}"` };
      return file;
    }),
    makeFolder: files.makeFolder.handler(({ context, input }) => done(makeFolder(context.actor, input))),
    move: files.move.handler(({ context, input }) => moveFiles(context.actor, input)),
    remove: files.remove.handler(({ context, input }) => removeFiles(context.actor, input)),
    setMode: files.setMode.handler(({ context, input }) => done(setMode(context.actor, input))),
    usage: files.usage.handler(({ context, input }) => readUsage(context.actor, input.botId)),
    trash: files.trash.handler(({ context, input }) => listTrash(context.actor, input.botId)),
    restore: files.restore.handler(({ context, input }) => restoreFile(context.actor, input)),
    purge: files.purge.handler(({ context, input }) => done(purgeTrash(context.actor, input.botId))),
    history: files.history.handler(({ context, input }) => listVersions(context.actor, input)),
    version: files.version.handler(({ context, input }) => readVersion(context.actor, input)),
    search: files.search.handler(({ context, input, signal }) => searchFiles(context.actor, input, signal)),
    find: files.find.handler(({ context, input, signal }) => findFiles(context.actor, input, signal)),
    tokens: files.tokens.handler(({ context, input, signal }) => findTokens(context.actor, input, signal)),
  },
  dependencies: {
    list: dependencies.list.handler(({ context, input }) => listDependencies(context.actor, input.botId)),
    log: dependencies.log.handler(({ context, input }) => readDependencyLog(context.actor, input)),
    check: dependencies.check.handler(({ context, input }) => checkDependencies(context.actor, input.botId)),
    install: dependencies.install.handler(({ context, input }) => installDependency(context.actor, input)),
    remove: dependencies.remove.handler(({ context, input }) => removeDependency(context.actor, input)),
    cancel: dependencies.cancel.handler(({ context, input }) => cancelDependencyWork(context.actor, input.botId)),
  },
  transfers: {
    file: transfers.file.handler(answeredBefore),
    archive: transfers.archive.handler(answeredBefore),
    upload: transfers.upload.handler(({ context, input }) => announceUpload(context.actor, input)),
    taken: transfers.taken.handler(({ context, input }) => takenPlaces(context.actor, input)),
    uploads: transfers.uploads.handler(({ context, input }) => listUploads(context.actor, input.botId)),
    uploadState: transfers.uploadState.handler(({ context, input }) => uploadState(context.actor, input)),
    chunk: transfers.chunk.handler(answeredBefore),
    finishUpload: transfers.finishUpload.handler(({ context, input }) => finishUpload(context.actor, input)),
    formats: transfers.formats.handler(({ context, input }) => listFormats(context.actor, input.botId)),
    preview: transfers.preview.handler(({ context, input, signal }) => previewArchive(context.actor, input, signal)),
    extract: transfers.extract.handler(({ context, input }) => extractArchive(context.actor, input)),
    pack: transfers.pack.handler(({ context, input }) => packArchive(context.actor, input)),
    pull: transfers.pull.handler(({ context, input }) => pullFile(context.actor, input)),
    state: transfers.state.handler(({ context, input }) => transferState(context.actor, input)),
    cancel: transfers.cancel.handler(({ context, input }) => done(cancelTransfer(context.actor, input))),
  },
  deploys: {
    state: deploys.state.handler(({ context, input }) => readState(context.actor, input.botId)),
    check: deploys.check.handler(({ context, input }) => checkUpstream(context.actor, input.botId)),
    list: deploys.list.handler(({ context, input }) => listDeploys(context.actor, input)),
    get: deploys.get.handler(({ context, input }) => getDeploy(context.actor, input)),
    log: deploys.log.handler(({ context, input }) => readDeployLog(context.actor, input)),
    start: deploys.start.handler(({ context, input }) => startDeploy(context.actor, input)),
    redeploy: deploys.redeploy.handler(({ context, input }) => redeploy(context.actor, input)),
    cancel: deploys.cancel.handler(({ context, input }) => cancelDeploy(context.actor, input)),
    setup: deploys.setup.handler(({ context, input }) => readSetup(context.actor, input.botId)),
    configure: deploys.configure.handler(({ context, input }) => configure(context.actor, input.botId, input.settings)),
    connect: deploys.connect.handler(({ context, input }) => connect(context.actor, input)),
    setToken: deploys.setToken.handler(({ context, input }) => setToken(context.actor, input.botId, input)),
    removeToken: deploys.removeToken.handler(({ context, input }) => removeToken(context.actor, input.botId)),
    makeKey: deploys.makeKey.handler(({ context, input }) => makeKey(context.actor, input.botId)),
    makeHookSecret: deploys.makeHookSecret.handler(({ context, input }) => makeHookSecret(context.actor, input.botId)),
    forgetHost: deploys.forgetHost.handler(({ context, input }) => done(forgetHost(context.actor, input.botId))),
  },
  imports: {
    create: imports.create.handler(({ context, input }) => createImport(context.actor, input)),
    get: imports.get.handler(({ context, input }) => getImport(context.actor, input.importId)),
    retry: imports.retry.handler(({ context, input }) => retryImport(context.actor, input.importId)),
    branches: imports.branches.handler(({ context, input, signal }) => listBranches(context.actor, input, signal)),
    chunk: imports.chunk.handler(answeredBefore),
    finish: imports.finish.handler(({ context, input }) => finishImport(context.actor, input.importId)),
    cancel: imports.cancel.handler(({ context, input }) => done(cancelImport(context.actor, input.importId))),
  },
  templates: { list: templates.list.handler(() => listTemplates()) },
  tools: {
    list: toolOperations.list.handler(({ context, input }) => ({ tools: tools.list(context.actor, input.write) })),
    call: toolOperations.call.handler(async ({ context: { headers }, input: { name, input, write }, signal }) => ({
      text: await tools.call({ headers, write, gone: signal }, name, input),
    })),
  },
});
