import { AppError } from "#contracts/errors";
import type { Deploys } from "../ports";

/** Makes deploys; for now it refuses each. */
export function openDeploys(): Deploys {
  const refuse = async (): Promise<never> => {
    throw new AppError("deploy_not_git");
  };
  return {
    state: refuse,
    list: refuse,
    get: refuse,
    log: refuse,
    start: refuse,
    cancel: refuse,
    webhook: refuse,
    forgetHost: refuse,
    forget: async () => {},
    onChange: () => () => {},
    onLog: () => () => {},
    close: () => {},
  };
}
