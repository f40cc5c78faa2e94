import { envKey, looksSecret } from "#contracts/bot";

/** What a login, a terminal, a package manager or PM2 itself puts into every program's environment. */
const session = new Set(
  (
    "_ COLORTERM DBUS_SESSION_BUS_ADDRESS DEBIAN_FRONTEND DISPLAY EDITOR HISTCONTROL HISTSIZE HOME HOSTNAME INVOCATION_ID " +
    "JOURNAL_STREAM LANG LANGUAGE LESS LESSCLOSE LESSOPEN LOGNAME LS_COLORS MAIL MANPATH MOTD_SHOWN NODE_APP_INSTANCE NODE_CHANNEL_FD " +
    "NODE_CHANNEL_SERIALIZATION_MODE OLDPWD PAGER PATH PWD SHELL SHLVL SUDO_COMMAND SUDO_GID SUDO_UID SUDO_USER SYSTEMD_EXEC_PID TERM " +
    "TMUX TMUX_PANE TZ USER WINDOWID exec_mode exit_code instances km_link prev_restart_delay restart_time unique_id unstable_restarts " +
    "vizion_running watch windowsHide"
  ).split(" "),
);
const prefixes = ["LC_", "NVM_", "PM2_", "SSH_", "VOLTA_", "XDG_", "axm_", "npm_", "pm_"];

/** Whether a variable is the machine's or PM2's and not the bot's. */
const isSession = (key: string): boolean => session.has(key) || prefixes.some((prefix) => key.startsWith(prefix));

/** The bot's own variables, and the names of those left out because every program of this login has them. */
export type OwnEnv = { own: { key: string; value: string; secret: boolean }[]; left: string[] };

/**
 * Tells a bot's own variables from what PM2 copied out of the login it was started in. PM2's dump keeps both in one list, the copied ones
 * first: what stands after PM2's own names came from the program's `env`. Of the copied ones, those are kept that this login does not
 * have with the same value, and whatever looks like a secret.
 */
export function ownEnvironment(
  env: Readonly<Record<string, string>>,
  login: Readonly<Record<string, string | undefined>>,
  { name = "", dumped }: { name?: string | undefined; dumped: boolean },
): OwnEnv {
  const own: OwnEnv["own"] = [];
  const left: string[] = [];
  const keys = Object.keys(env);
  const border = dumped ? keys.findLastIndex((key) => /^PM2_(USAGE|\w*_PROCESSING)$/.test(key)) : -1;
  for (const [place, key] of keys.entries()) {
    const value = env[key] ?? "";
    const copied = dumped && place < border;
    // PM2 adds a variable named after the program, which holds `{}`.
    const pm2s = isSession(key) || (key === name && value === "{}");
    const shared = copied && login[key] === value && !looksSecret(key);
    if (pm2s || shared || !envKey.safeParse(key).success) left.push(key);
    else own.push({ key, value, secret: looksSecret(key) });
  }
  return { own, left };
}
