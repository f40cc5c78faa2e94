import { ensureBuilt } from "./build.mjs";
import { withPanel } from "./panel.mjs";
import { say, step } from "./progress.mjs";

/** npm start: from whatever state the folder is in to a running panel. What can be refused is refused before the build. */
export const main = () =>
  withPanel(async (panel) => {
    await ensureBuilt();
    await panel.run({ say, step });
  });
