/*
 * How a machine reaches its package registries: what an operator sets once for the server holds for every bot's install, and for nothing
 * else of a bot. By name, because `npm start` adds many variables of its own that would lead an install into the panel's folders.
 */
const settings = [
  /^npm_config_(registry|userconfig|globalconfig|ca|cafile|strict_ssl|proxy|https_proxy|noproxy)$/i,
  /^npm_config_[@/].*/i,
  /^COREPACK_(NPM_REGISTRY|NPM_TOKEN|INTEGRITY_KEYS)$/,
  /^PIP_(INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|TRUSTED_HOST|CERT|CLIENT_CERT|PROXY|CONFIG_FILE|DEFAULT_TIMEOUT)$/,
  /^(https?|no|all)_proxy$/i,
  /^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE)$/,
];

/** Whether a variable says how registries are reached: the launcher hands it to the worker, and the worker to installs. */
export const isRegistrySetting = (name: string): boolean => settings.some((pattern) => pattern.test(name));
