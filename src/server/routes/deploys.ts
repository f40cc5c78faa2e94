import {
  cancelDependencyWork,
  checkDependencies,
  installDependency,
  listDependencies,
  readDependencyLog,
  removeDependency,
} from "../dependencies";
import {
  configure,
  connect,
  forgetHost,
  makeHookSecret,
  makeKey,
  readSetup,
  removeToken,
  setToken,
} from "../deploy-setup";
import {
  cancelDeploy,
  checkUpstream,
  getDeploy,
  listDeploys,
  readDeployLog,
  readState,
  redeploy,
  startDeploy,
} from "../deploys";
import { signedIn } from "../gate";
import { cancelImport, createImport, finishImport, getImport, listBranches, retryImport } from "../imports";
import { answeredBefore, done } from "./answer";

const { deploys, imports, dependencies } = signedIn;

export const deployRoutes = {
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
};

export const importRoutes = {
  create: imports.create.handler(({ context, input }) => createImport(context.actor, input)),
  get: imports.get.handler(({ context, input }) => getImport(context.actor, input.importId)),
  retry: imports.retry.handler(({ context, input }) => retryImport(context.actor, input.importId)),
  branches: imports.branches.handler(({ context, input, signal }) => listBranches(context.actor, input, signal)),
  chunk: imports.chunk.handler(answeredBefore),
  finish: imports.finish.handler(({ context, input }) => finishImport(context.actor, input.importId)),
  cancel: imports.cancel.handler(({ context, input }) => done(cancelImport(context.actor, input.importId))),
};

export const dependencyRoutes = {
  list: dependencies.list.handler(({ context, input }) => listDependencies(context.actor, input.botId)),
  log: dependencies.log.handler(({ context, input }) => readDependencyLog(context.actor, input)),
  check: dependencies.check.handler(({ context, input }) => checkDependencies(context.actor, input.botId)),
  install: dependencies.install.handler(({ context, input }) => installDependency(context.actor, input)),
  remove: dependencies.remove.handler(({ context, input }) => removeDependency(context.actor, input)),
  cancel: dependencies.cancel.handler(({ context, input }) => cancelDependencyWork(context.actor, input.botId)),
};
