import { existsSync } from "node:fs";
import { step } from "./progress.mjs";
import { runQuiet, StepFailed } from "./run.mjs";

const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const find = () => [process.env.CHROME_BIN, ...usual].find((path) => path && existsSync(path));

/** The path of a Chromium, installed from the system's packages when there is none. */
export async function ensureChromium() {
  if (!find()) await step("Installing Chromium (apt-get)", install);
  const found = find();
  if (found) return found;
  throw new StepFailed("There is no Chromium. Install the package chromium, or set CHROME_BIN to the path of one.");
}

async function install() {
  const apt = async (...args) => {
    const command = ["apt-get", "-y", "-q", ...args];
    const [file, ...rest] = process.getuid?.() === 0 ? command : ["sudo", "-n", ...command];
    await runQuiet(command.join(" "), file, rest, { env: { DEBIAN_FRONTEND: "noninteractive" } });
  };
  try {
    await apt("update");
    await apt("install", "--no-install-recommends", "chromium", "fonts-liberation");
  } catch (error) {
    throw new StepFailed(
      `Chromium could not be installed. Install the package chromium, or set CHROME_BIN. ${error.message}`,
    );
  }
}
