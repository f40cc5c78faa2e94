import { loadLauncher } from "./bundle.mjs";
import { report } from "./failure.mjs";
import { ensureInstalled } from "./install.mjs";
import { root } from "./root.mjs";
import { loadSettings } from "./settings.mjs";

/** Prepares the panel of this folder, does `work` with it and lets go of it; ends the program, also when something failed. */
export async function withPanel(work) {
  let launcher;
  let panel;
  try {
    loadSettings();
    await ensureInstalled();
    launcher = await loadLauncher();
    panel = await launcher.prepare(root);
    await work(panel);
  } catch (error) {
    report(error, launcher?.isExpected);
  } finally {
    panel?.release();
  }
  process.exit();
}
