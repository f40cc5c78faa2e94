/** Variables of the worker that an install is given. */
export type Passed = Readonly<Record<string, string>>;

/**
 * How this machine reaches its registries: what an operator sets once for the server must hold for every bot's install.
 * By name, because `npm start` adds many variables of its own that would lead an install into our folders.
 */
const allowed = [
  /^npm_config_(registry|userconfig|globalconfig|ca|cafile|strict_ssl|proxy|https_proxy|noproxy)$/i,
  /^npm_config_[@/].*/i,
  /^COREPACK_(NPM_REGISTRY|NPM_TOKEN|INTEGRITY_KEYS)$/,
  /^PIP_(INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|TRUSTED_HOST|CERT|CLIENT_CERT|PROXY|CONFIG_FILE|DEFAULT_TIMEOUT)$/,
  /^(https?|no|all)_proxy$/i,
  /^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE)$/,
];

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
    if (value && allowed.some((pattern) => pattern.test(name))) passed[name] = value;
  }
  return passed;
}
