import { isRegistrySetting } from "#contracts/registries";

/** Variables of the worker that an install is given. */
export type Passed = Readonly<Record<string, string>>;

/**
 * Picks from the worker's environment what an install may have; never what a bot itself gets. An install has a home of
 * its own, so the settings in the operator's home are named.
 */
export function passedFrom(environment: Readonly<Record<string, string | undefined>>): Passed {
  const { HOME } = environment;
  const passed: Record<string, string> = HOME
    ? { npm_config_userconfig: `${HOME}/.npmrc`, PIP_CONFIG_FILE: `${HOME}/.config/pip/pip.conf` }
    : {};
  for (const [name, value] of Object.entries(environment)) {
    if (value && isRegistrySetting(name)) passed[name] = value;
  }
  return passed;
}
