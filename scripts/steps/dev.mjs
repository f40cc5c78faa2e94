import { loadLauncher } from "./bundle.mjs";
import { report } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { say, step } from "./progress.mjs";
import { root } from "./root.mjs";
import { loadSettings } from "./settings.mjs";

/** npm run dev: the panel from its sources, reloading; nothing is built. */
export async function main() {
  let launcher;
  let panel;
  try {
    loadSettings();
    await ensureInstalled();
    launcher = await loadLauncher();
    panel = await launcher.prepare(root);
    await panel.develop({ say, step });
  } catch (error) {
    report(error, launcher?.isExpected);
  } finally {
    panel?.release();
  }
  process.exit();
}
