import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { botLimits } from "#contracts/bot";
import { type AllFiles, openFiles } from "./index";
import { codeOf as codeOfSystem } from "./open";

/* For tests: a bot with real files in a home of its own. */

export const BOT = "abcdefghij";

export type Stage = Awaited<ReturnType<typeof createStage>>;

/** `elsewhere`: where the bot's own folder is, when it is one on the server. */
export async function createStage(elsewhere?: string) {
  const home = await mkdtemp(`${tmpdir()}/by-files-`);
  const root = `${home}/bots/${BOT}`;
  const at = elsewhere ?? `${root}/files`;
  const limits = botLimits.parse({});
  const said: string[] = [];
  await mkdir(root, { recursive: true });
  await mkdir(at, { recursive: true });
  await mkdir(`${home}/outside`);
  const folders = { root, files: at, venv: `${root}/venv`, runs: `${root}/runs` };
  const open = (): AllFiles =>
    openFiles({
      botsDir: `${home}/bots`,
      of: (botId) => (botId === BOT ? { folders, limits } : undefined),
      say: (line) => void said.push(line),
    });
  return {
    home,
    /** bots/<id> */
    root,
    /** The bot's folder, as the bot sees it. */
    at,
    /** Nothing that is asked may ever come here. */
    outside: `${home}/outside`,
    limits,
    said,
    files: open(),
    /** As the next worker does. */
    open,
    /** What lies in staging; nothing before anything ever did. */
    staged: () =>
      readdir(`${root}/staging`).catch((error) => (codeOfSystem(error) === "ENOENT" ? [] : Promise.reject(error))),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** The code that something is refused with, "done" when it is not. */
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error) => error.code ?? String(error),
  );
