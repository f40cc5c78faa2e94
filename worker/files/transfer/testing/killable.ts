import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { bareEnv } from "../../../bare-env";

const program = fileURLToPath(new URL("child.ts", import.meta.url));

/** Starts a worker of transfers that can be killed and trusts a certificate, and waits until it answers. */
export async function startChild(home: string, caFile?: string) {
  const env = bareEnv({ PATH: "/usr/bin:/bin" });
  const child = spawn(process.execPath, ["--import", "tsx", program, home, ...(caFile ? [caFile] : [])], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return {
    /** Ends it as a machine would that loses its power: nothing of it is closed. */
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
