import type { RuntimeName } from "./bot";
import { isNodeName, pythonParts } from "./dependencies";

/*
 * Which package brings the module that an error names. Whoever answers wrong here has a person install a stranger's package: what may
 * be a file of the bot's own is answered with nothing.
 */

/** Modules of Python whose package is called otherwise. */
const pythonPackages: Readonly<Record<string, string>> = {
  attr: "attrs",
  audioop: "audioop-lts",
  bs4: "beautifulsoup4",
  Crypto: "pycryptodome",
  Cryptodome: "pycryptodomex",
  cv2: "opencv-python-headless",
  dateutil: "python-dateutil",
  discord: "discord.py",
  "discord.ext.ipc": "discord-ext-ipc",
  "discord.ext.menus": "discord-ext-menus",
  discord_slash: "discord-py-slash-command",
  distutils: "setuptools",
  dotenv: "python-dotenv",
  fitz: "PyMuPDF",
  git: "GitPython",
  github: "PyGithub",
  "google.genai": "google-genai",
  "google.generativeai": "google-generativeai",
  googleapiclient: "google-api-python-client",
  interactions: "discord-py-interactions",
  jwt: "PyJWT",
  MySQLdb: "mysqlclient",
  nacl: "PyNaCl",
  OpenSSL: "pyOpenSSL",
  PIL: "Pillow",
  pkg_resources: "setuptools",
  psycopg2: "psycopg2-binary",
  serial: "pyserial",
  sklearn: "scikit-learn",
  socks: "PySocks",
  telegram: "python-telegram-bot",
  yaml: "PyYAML",
  yt_dlp: "yt-dlp",
  zmq: "pyzmq",
};

/** Parts of Python itself: no package brings them back. */
const ofPython = new Set(
  "asynchat asyncore cgi crypt curses distutils.util imp nis readline smtpd sqlite3 tkinter turtle".split(" "),
);

/** Names that bots give to files of their own. A package of such a name is somebody else's. */
const usual = new Set(
  "api app base bot classes client cogs command commands common config configs const constants core custom data database db embeds event events extensions features functions handler handlers helper helpers index keep_alive keepalive lib libs local logger main misc models module modules music plugins schemas secret secrets server services settings shared src start storage structures system test tests tools types ui util utilities utils views webserver".split(
    " ",
  ),
);

/** The package to install for a module that was not found; null where none can be named with a good conscience. */
export function packageOf(runtime: RuntimeName, module: string): string | null {
  return runtime === "node" ? nodePackage(module) : pythonPackage(module);
}

function nodePackage(module: string): string | null {
  // A path, an address, a builtin (node:…), or an alias of the bot's own (#x, @/x, ~/x).
  const match = /^(@[^/]+\/[^/]+|[^@./][^/]*)(?:\/.*)?$/.exec(module);
  const name = match?.[1] ?? "";
  return isNodeName(name) && name === name.toLowerCase() && !usual.has(name) ? name : null;
}

function pythonPackage(module: string): string | null {
  const known = Object.hasOwn(pythonPackages, module) ? pythonPackages[module] : undefined;
  if (known !== undefined) return known;
  // Of a dotted name the first part was found: what is missing is a part of it, or of the bot's own package.
  if (module.includes(".") || module.startsWith("_") || ofPython.has(module) || usual.has(module.toLowerCase()))
    return null;
  return pythonParts(module) && /^[A-Za-z0-9_]+$/.test(module) ? module : null;
}
