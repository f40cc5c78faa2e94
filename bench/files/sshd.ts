import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { freePort } from "../../tests/support/free-port";
import { until } from "../measure/time";
import { runPeer } from "./panel";

const SSHD = "/usr/sbin/sshd";

/** Where somebody answers SFTP: who signs in with which key. */
export type SftpPlace = { port: number; user: string; key: string };

/** Debian's OpenSSH server on a free port of this machine, with keys and a configuration of its own; undefined where it is not installed. */
export async function openSshd(folder: string): Promise<(SftpPlace & { close(): Promise<void> }) | undefined> {
  if (!existsSync(SSHD)) return undefined;
  const port = await freePort();
  const files = `${folder}/sshd`;
  mkdirSync(files);
  // Privileges are separated in there; Debian makes it when its own service starts.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  for (const name of ["host-key", "key"])
    await runPeer("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", `${folder}/${name}`]);
  const lines = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${folder}/host-key`,
    `AuthorizedKeysFile ${folder}/key.pub`,
    "UsePAM no",
    "StrictModes no",
    "PidFile none",
    "PasswordAuthentication no",
    "Subsystem sftp internal-sftp",
    `ForceCommand internal-sftp -d ${files}`,
  ];
  writeFileSync(`${folder}/sshd_config`, `${lines.join("\n")}\n`);
  const server = spawn(SSHD, ["-D", "-e", "-f", `${folder}/sshd_config`], { stdio: "ignore" });
  const ended = once(server, "exit");
  await until("sshd to listen", () => answers(port));
  return {
    port,
    user: userInfo().username,
    key: `${folder}/key`,
    async close() {
      server.kill();
      await ended;
    },
  };
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", () => resolve(true)).once("error", () => resolve(false));
    socket.once("data", () => socket.destroy());
  });
