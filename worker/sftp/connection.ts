import type { Socket } from "node:net";
import ssh2, { type Connection } from "ssh2";
import type { BotPermission } from "#contracts/access";
import { AppError } from "#contracts/errors";
import type { SftpAccess, SftpRights } from "#contracts/sftp";
import type { AllFiles } from "../files/index";
import type { AskWeb } from "../questions";
import type { Leave } from "./bounds";
import { carry } from "./channel";
import type { HostKey } from "./host-key";
import { createSession } from "./session";
import { createSignIn } from "./sign-in";
import type { Activity } from "./tally";
import { Malformed } from "./wire";

/** A connection that has not signed in by then is ended, and one that asks nothing for so long, ms. */
const SIGN_IN_MS = 30_000;
const IDLE_MS = 60 * 60_000;
/** SFTP channels of one connection at once, and sessions that became none: ssh2 keeps those until the connection ends. */
const CHANNELS = 8;
const UNUSED = 64;

/*
 * No port is forwarded and no program run: whatever is no SFTP is refused by having nobody who listens for it. Ciphers are those that
 * the processor does itself and that need no second pass for their checksum, then what older clients know.
 */
const algorithms = {
  cipher: [
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes256-ctr",
  ],
  compress: ["none"],
} satisfies ConstructorParameters<typeof ssh2.Server>[0]["algorithms"];

export type Options = {
  socket: Socket;
  address: string;
  hostKey: HostKey;
  version: string;
  ask: AskWeb;
  files: Pick<AllFiles, "bot">;
  activity: Activity;
  /** Counts it among those who signed in; undefined when it is one too many. */
  admit: (link: Link) => Leave | undefined;
  say: (line: string) => void;
};

/** A connection of somebody who has signed in. */
export interface Link {
  readonly access: SftpAccess;
  /** What they may from now on. One from whom other paths are hidden than before is ended: something of them may be open. */
  permit(rights: SftpRights): void;
  end(): void;
}

/** Serves one connection to its end. */
export function serve({ socket, address, hostKey, version, ask, files, activity, admit, say }: Options): void {
  let client: Connection | undefined;
  /** Politely first, and then in any case. */
  function end(): void {
    client?.end();
    setTimeout(() => socket.destroy(), 500).unref();
  }
  const untimely = setTimeout(() => socket.destroy(), SIGN_IN_MS);
  socket.once("close", () => clearTimeout(untimely));
  socket.on("error", () => {});

  function work(connected: Connection, access: SftpAccess, leave: Leave, permitted: () => ReadonlySet<BotPermission>) {
    const { userId, name, botId, hidden } = access;
    const tally = activity.open({ userId, name, botId, address });
    let channels = 0;
    let unused = 0;
    const idle = setTimeout(end, IDLE_MS);
    socket.once("close", () => {
      clearTimeout(idle);
      leave();
      tally.close();
    });
    const allow = (permission: BotPermission) => {
      if (!permitted().has(permission)) throw new AppError("not_allowed", { permission });
    };
    connected.on("session", (acceptSession, rejectSession) => {
      if (unused >= UNUSED) return rejectSession?.();
      unused += 1;
      const opened = acceptSession();
      opened.on("subsystem", (accept, reject, { name }) => {
        if (name !== "sftp" || channels >= CHANNELS) return reject?.();
        const channel = accept();
        // A session is asked for SFTP once.
        if (!channel) return;
        unused -= 1;
        channels += 1;
        const session = createSession({ files: async () => (await files.bot(botId)).seenBy(hidden), allow, tally });
        const fail = (error: unknown) => {
          if (!(error instanceof Malformed))
            say(`SFTP failed: ${error instanceof Error ? error.stack : String(error)}`);
          end();
        };
        carry(channel, socket, session, { active: () => void idle.refresh(), fail })
          .catch(fail)
          .finally(() => {
            channels -= 1;
          });
      });
    });
  }

  const server = new ssh2.Server({ hostKeys: [hostKey.pem], algorithms, ident: `Botyard_${version}` }, (connected) => {
    client = connected;
    connected.on("error", () => {});
    const signIn = createSignIn({
      ask,
      address,
      say,
      end,
      admit(access) {
        let permitted = new Set(access.permissions);
        const leave = admit({
          access,
          permit: ({ permissions, hidden }) => {
            permitted = new Set(permissions);
            if (hidden.join("\0") !== access.hidden.join("\0")) end();
          },
          end,
        });
        if (!leave) return false;
        if (socket.destroyed) {
          leave();
          return false;
        }
        clearTimeout(untimely);
        work(connected, access, leave, () => permitted);
        return true;
      },
    });
    connected.on("authentication", signIn);
  });
  server.on("error", () => {});
  server.injectSocket(socket);
}
