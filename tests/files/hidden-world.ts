import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect } from "vitest";
import type { RpcName } from "#contracts/rpc";
import { transferView } from "#contracts/transfer";
import { openFileSearches } from "../../worker/files/search/index";
import { BOT as botId, createStage } from "../../worker/files/stage";
import { openTransfers } from "../../worker/files/transfer/index";
import { rawZip } from "../../worker/imports/testing/raw-zip";
import { createVerbs, type RpcPorts } from "../../worker/rpc/verbs";

/** What a member does not see. */
export const hidden = [".env", "secrets/**", "*.key", "only/here.txt"];
export const SECRET = "do-not-tell";
/** Shaped like a Discord token, which files.tokens looks for. */
const TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDe.abcdefghijklmnopqrstuvwxyz0123456789AB";
export const HIDDEN = [
  ".env",
  "secrets",
  "secrets/deep",
  "secrets/deep/a.txt",
  "src/.env",
  "src/x.key",
  "only/here.txt",
];

export type HiddenWorld = Awaited<ReturnType<typeof openHidden>>;

/** The worker's calls about the files of a bot of which some are hidden. */
export async function openHidden() {
  const stage = await createStage();
  for (const folder of ["secrets/deep", "src", "only", "free"]) mkdirSync(join(stage.at, folder), { recursive: true });
  for (const path of HIDDEN.filter((one) => !/s$|deep$/.test(one)))
    writeFileSync(join(stage.at, path), `${SECRET}\n${TOKEN}\n`);
  writeFileSync(join(stage.at, "secrets/s"), SECRET);
  writeFileSync(join(stage.at, "bot.js"), "hello\n");
  writeFileSync(join(stage.at, "src/inner.js"), "hello\n");
  symlinkSync("secrets", join(stage.at, "link"));
  writeFileSync(
    join(stage.at, "bad.zip"),
    rawZip([
      { name: "fine", data: "1" },
      { name: "in/.env", data: "2" },
    ]),
  );
  writeFileSync(join(stage.at, "secrets/good.zip"), rawZip([{ name: "fine", data: "1" }]));
  const say = (line: string) => void stage.said.push(line);
  const fileSearches = openFileSearches({ folderOf: () => stage.at, say });
  const pulls = { allowNetworks: [] };
  const transfers = openTransfers({
    botsDir: `${stage.home}/bots`,
    files: stage.files,
    pulls,
    ask: () => Promise.reject(new Error("nobody is asked")),
    say,
  });
  const verbs = createVerbs({ files: stage.files, transfers, fileSearches } as unknown as RpcPorts);
  // What was deleted and written over by somebody who sees all.
  writeFileSync(join(stage.at, "free/.env"), SECRET);
  mkdirSync(join(stage.at, "gone"));
  writeFileSync(join(stage.at, "gone/.env"), SECRET);
  await stage.files.write(botId, { path: ".env", text: `${SECRET} 2\n${TOKEN}\n` }, "Ada");
  await stage.files.remove(botId, ["free/.env", "gone"]);

  /** All that is hidden, as it lies on the disk. */
  function seen(): unknown {
    const all = readdirSync(stage.at, { recursive: true, encoding: "utf8" }).sort();
    const isHidden = (path: string) => /(^|\/)\.env$|^secrets(\/|$)|\.key$|^only\/here\.txt$/.test(path);
    return all.filter(isHidden).map((path) => {
      const { mode, size } = lstatSync(join(stage.at, path));
      return [
        path,
        mode,
        size,
        lstatSync(join(stage.at, path)).isFile() ? readFileSync(join(stage.at, path), "utf8") : "",
      ];
    });
  }

  const owner = "u1";
  const ask = async (name: RpcName, input: object, patterns = hidden): Promise<unknown> => {
    try {
      return await verbs[name]({ botId, hidden: patterns, owner, ...input });
    } catch (error) {
      return { code: Reflect.get(Object(error), "code") ?? String(error) };
    }
  };
  /** How a transfer ended. */
  async function ended(asked: Promise<unknown>): Promise<unknown> {
    const answer = await asked;
    const read = transferView.safeParse(answer);
    if (!read.success) return answer;
    for (;;) {
      const now = transferView.parse(await ask("transfers.state", { transferId: read.data.id }));
      if (now.status.state !== "working") return now.status;
      await wait(5);
    }
  }

  return {
    stage,
    ask,
    ended,
    seen,
    close: async () => {
      await transfers.close();
      await fileSearches.close();
      await stage.files.close();
      expect(stage.said).toEqual([]);
      await stage.remove();
    },
  };
}
