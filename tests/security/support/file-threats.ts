/*
 * What a person or a program may name to get out of a bot's folder, and what a bot may plant in it to lead others out. The table is the same
 * whatever the files are reached by (HTTP, archives, SFTP): each way brings a FileClient and asks it for everything at every path.
 */

/**
 * What may come of a path.
 *   nothing: no operation is done, and the bot's folder is as before.
 *   inside: it is a name like another, or the name of the link itself, or nothing at all: it never leads out.
 */
export type Expected = "nothing" | "inside";

export type Threat = {
  /** What is tried. */
  name: string;
  /** What is named, from the bot's folder on. `{bot}`: its id. */
  path: string;
  expected: Expected;
  /** The same for a client whose protocol resolves dots and slashes itself before it asks, as SFTP's does; else as `expected`. */
  resolved?: Expected;
};

const spelled = (name: string, path: string, expected: Expected = "nothing", resolved = expected): Threat => ({
  name,
  path,
  expected,
  resolved,
});

/** Paths that are spelled to lead out. */
const spellings: readonly Threat[] = [
  spelled("the folder above", "..", "nothing", "inside"),
  spelled("a file above", "../secret", "nothing", "inside"),
  spelled("up and down again", "src/../index.js", "nothing", "inside"),
  spelled("up from below", "src/../../secret", "nothing", "inside"),
  spelled("up through what is not there", "node_modules/../../../secret", "nothing", "inside"),
  spelled("up to the definition", "../definition.json", "nothing", "inside"),
  spelled("up to the root", `${"../".repeat(30)}etc/passwd`, "nothing"),
  spelled("a bot whose id begins the same", "../../{bot}0/files/secret", "nothing"),
  spelled("a folder whose name begins the same", "../files0/secret", "nothing"),
  spelled("dots that are stripped once", "....//secret", "nothing", "inside"),
  spelled("dots that are stripped once, backwards", "....\\\\secret", "inside"),
  spelled("three dots", ".../secret", "inside"),
  spelled("backslashes", "..\\secret", "inside"),
  spelled("backslashes and slashes", "..\\../secret", "nothing", "inside"),
  spelled("dots in percent", "%2e%2e/secret", "inside"),
  spelled("a slash in percent", "..%2fsecret", "inside"),
  spelled("dots in percent twice", "%252e%252e/secret", "inside"),
  spelled("overlong dots", "\u00c0\u00ae\u00c0\u00ae/secret", "inside"),
  spelled("an overlong slash", "..\u00c0\u00afsecret", "inside"),
  spelled("full-width dots", "\uff0e\uff0e/secret", "inside"),
  spelled("a slash of another alphabet", "..\u2215secret", "inside"),
  spelled("a NUL", "a\0b"),
  spelled("a NUL that ends the name", "../secret\0.png", "nothing"),
  spelled("half a pair of surrogates", "\ud800"),
  spelled("a newline", "a\nb", "nothing"),
  spelled("an absolute path", "/etc/passwd"),
  spelled("an absolute path after two slashes", "//etc/passwd"),
  spelled("the process that serves it", "/proc/self/environ"),
  spelled("a drive", "C:/secret", "inside"),
  spelled("a drive with a backslash", "C:\\secret", "inside"),
  spelled("a share", "\\\\server\\share", "inside"),
  spelled("the folder itself", ".", "nothing", "inside"),
  spelled("a dot before", "./index.js", "nothing", "inside"),
  spelled("a dot between", "src/./x", "nothing", "inside"),
  spelled("a slash behind", "src/", "nothing", "inside"),
  spelled("two slashes", "src//x", "nothing", "inside"),
  spelled("a space behind", "name ", "nothing", "inside"),
  spelled("a dot behind", "secret.", "inside"),
  spelled("a home", "~/secret", "inside"),
  spelled("a variable", "$HOME/secret", "inside"),
  spelled("a command", "$(touch evil)", "inside"),
  spelled("an option", "--help", "inside"),
  spelled("a name of 256 letters", "x".repeat(256)),
  spelled("a way of 80 folders", `${"a/".repeat(80)}a`),
];

const planted = (name: string, path: string, expected: Expected = "nothing"): Threat => ({ name, path, expected });

/** Paths at and through what a bot planted, see `plant`. */
const plants: readonly Threat[] = [
  planted("a link to a folder", "out", "inside"),
  planted("a file through a link", "out/secret"),
  planted("a new file through a link", "out/new"),
  planted("a folder through a link", "out/deep"),
  planted("through a relative link", "relative/secret"),
  planted("through a chain of links", "chain/secret"),
  planted("through a link to the folder above", "up/definition.json"),
  planted("through a link that stays inside", "loopback/index.js"),
  planted("through a link to the root", "root/etc/passwd"),
  planted("the panel's environment through it", "root/proc/self/environ"),
  planted("through a link to where the worker stands", "cwd/package.json"),
  planted("through a link below", "src/deep/out/secret"),
  planted("a link to a file", "pointer", "inside"),
  planted("below a link to a file", "pointer/x"),
  planted("a link to the panel's environment", "environ", "inside"),
  planted("a link to what is not there yet", "dangling", "inside"),
  planted("below a link to what is not there yet", "dangling/x"),
  planted("a link to itself", "loop", "inside"),
  planted("below a link to itself", "loop/x"),
  planted("a FIFO", "pipe", "inside"),
  planted("below a FIFO", "pipe/x"),
  planted("a socket", "socket", "inside"),
  planted("a device", "device", "inside"),
];

/** All of it. */
export const fileThreats: readonly Threat[] = [...spellings, ...plants];

/** How an operation went, and all that its answer said: it may not tell what lies outside. */
export type Outcome = { done: boolean; said: string };

/** Everything that can be asked at one path, by what it is. Whatever a way cannot say is left out. */
export type FileClient = Readonly<Record<string, (path: string) => Promise<Outcome>>>;
