import { rm } from "node:fs/promises";
import { botLimits } from "#contracts/bot";
import { openFiles } from "../../index";
import { BOT } from "../../stage";
import { openTestRpc } from "./rpc";

/* A worker of transfers in a process of its own, which can be killed: `node --import tsx child.ts <home> [<certificate>]`. It says when it is ready. */

const [home = "", caFile] = process.argv.slice(2);
const root = `${home}/bots/${BOT}`;
const folders = { root, files: `${root}/files`, venv: `${root}/venv`, runs: `${root}/runs` };
const limits = botLimits.parse({});

async function start(): Promise<void> {
  await rm(`${home}/worker.sock`, { force: true });
  await openTestRpc(
    {
      home,
      open: () =>
        openFiles({
          botsDir: `${home}/bots`,
          of: (botId) => (botId === BOT ? { folders, limits } : undefined),
          say: console.error,
        }),
    },
    { pulls: { allowNetworks: ["127.0.0.0/8"], caFile } },
  );
  console.log("ready");
}

void start();
