import { withPanel } from "./panel.mjs";
import { say, step } from "./progress.mjs";

/** npm run dev: the panel from its sources, reloading; nothing is built. */
export const main = () => withPanel((panel) => panel.develop({ say, step }));
