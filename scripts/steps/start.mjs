import { ensureBuilt } from "./build.mjs";
import { loadLauncher } from "./bundle.mjs";
import { report } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { say, step } from "./progress.mjs";
import { root } from "./root.mjs";
import { loadSettings } from "./settings.mjs";

/** npm start: from whatever state the folder is in to a running panel. What can be refused is refused before the build. */
export async function main() {
  let launcher;
  let panel;
  try {
    loadSettings();
    await ensureInstalled();
    launcher = await loadLauncher();
    panel = await launcher.prepare(root);
    await ensureBuilt();
    await panel.run({ say, step });
  } catch (error) {
    report(error, launcher?.isExpected);
  } finally {
    panel?.release();
  }
  process.exit();
}
