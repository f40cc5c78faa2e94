/**
 * Where everything lies under BOTYARD_HOME. Web, worker, launcher and CLI all ask here; nobody else joins these paths.
 *
 *   secrets/   0700  seal.key ticket.key session.key database.url cli.key sftp_host.key, each 0600 (see secret.ts)
 *   run/       0700  worker.sock, web.sock (see questions.ts), claim.sock (held by the one worker of this home until it is gone), locks
 *   postgres/        the embedded database and its socket
 *   pm2/             PM2's own home
 *   bots/<id>/       definition.json, desired.json, files/, runs/<n>/, venv/, install.json; uploads/<id>/ (files on their way in),
 *                    staging/, trash/<id>/, history/ (see worker/files);
 *                    git/ (its repository), deploys/<n>/ (see worker/deploys), known_hosts (host keys seen first)
 *   imports/<id>/    files on their way to becoming a bot
 *   worker/          node.json (id), budget.json (starts per token)
 */
export const homePaths = (home: string) =>
  ({
    home,
    secrets: `${home}/secrets`,
    sealKey: `${home}/secrets/seal.key`,
    ticketKey: `${home}/secrets/ticket.key`,
    sessionKey: `${home}/secrets/session.key`,
    databaseUrl: `${home}/secrets/database.url`,
    /** Password of the built-in database's superuser; the panel itself signs in with less. */
    databaseAdmin: `${home}/secrets/database.admin`,
    cliKey: `${home}/secrets/cli.key`,
    /** The private key that SFTP clients know this machine by, PEM. */
    sftpHostKey: `${home}/secrets/sftp_host.key`,
    run: `${home}/run`,
    workerSocket: `${home}/run/worker.sock`,
    webSocket: `${home}/run/web.sock`,
    workerClaim: `${home}/run/claim.sock`,
    launcherLock: `${home}/run/launcher.lock`,
    /** One line: where the web of this home answers, written when it is started. */
    address: `${home}/run/address`,
    postgres: `${home}/postgres`,
    pm2: `${home}/pm2`,
    bots: `${home}/bots`,
    imports: `${home}/imports`,
    worker: `${home}/worker`,
    logs: `${home}/logs`,
  }) as const;
export type HomePaths = ReturnType<typeof homePaths>;

/** The longest path a Unix socket can have on Linux, bytes (sun_path is 108 with its NUL). */
export const SOCKET_PATH_BYTES = 107;
