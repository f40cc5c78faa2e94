import ssh2, { type AuthContext, type PublicKeyAuthContext } from "ssh2";
import { botId } from "#contracts/bot";
import type { SftpAccess, SftpProof } from "#contracts/sftp";
import type { AskWeb } from "../questions";

/** A wrong password is answered no sooner than this, whoever was named and whatever was wrong, ms. */
const REFUSED_MS = 1_000;
/** Failed tries of one connection, and public keys that it may ask about. */
const TRIES = 6;
const QUERIES = 20;

type Options = {
  ask: AskWeb;
  address: string;
  say: (line: string) => void;
  /** Someone is in. */
  admit: (access: SftpAccess) => boolean;
  /** Too many tries. */
  end: () => void;
};

/**
 * Lets in who proves who they are. The answer is one and the same to an unknown person, a wrong password, a bot that is not theirs and too
 * many tries; and every public key that is asked about might do, so that asking tells nothing. What is signed is checked here, whose key
 * it is the web knows.
 */
export function createSignIn({ ask, address, say, admit, end }: Options): (context: AuthContext) => void {
  let failures = 0;
  let queries = 0;

  function refuse(context: AuthContext): void {
    failures += 1;
    if (failures >= TRIES) end();
    else context.reject(["publickey", "password"]);
  }

  async function find(login: string, proof: SftpProof): Promise<SftpAccess | null> {
    // The last dot: an e-mail has some of its own.
    const dot = login.lastIndexOf(".");
    const question = {
      login: login.slice(0, Math.max(0, dot)).slice(0, 320),
      botId: login.slice(dot + 1),
      address,
      proof,
    };
    if (!botId.safeParse(question.botId).success || /\p{Cc}/u.test(question.login)) return null;
    try {
      return (await ask("sftp.signIn", question)).access;
    } catch (error) {
      say(`nobody can sign in over SFTP now: ${String(error)}`);
      return null;
    }
  }

  async function settle(context: AuthContext, proof: SftpProof): Promise<void> {
    const slow = proof.kind === "password" ? new Promise((go) => setTimeout(go, REFUSED_MS)) : undefined;
    const access = await find(context.username, proof);
    if (access && admit(access)) return context.accept();
    await slow;
    refuse(context);
  }

  return (context) => {
    if (context.method === "password") {
      const { password } = context;
      if (password.length > 1_024) return refuse(context);
      return void settle(context, { kind: "password", password });
    }
    if (context.method === "publickey") {
      if (!context.signature) {
        queries += 1;
        return queries > QUERIES ? end() : context.accept();
      }
      if (!isSigned(context)) return refuse(context);
      return void settle(context, { kind: "key", key: context.key.data.toString("base64") });
    }
    // How every client begins, to hear what there is.
    if (context.method === "none") return context.reject(["publickey", "password"]);
    refuse(context);
  };
}

/** Whether the key's owner signed this connection, and with a hash that still counts: not SHA-1. */
function isSigned({ key, signature, blob, hashAlgo }: PublicKeyAuthContext): boolean {
  if (!signature || !blob) return false;
  if (key.algo === "ssh-rsa" && hashAlgo === undefined) return false;
  try {
    const parsed = ssh2.utils.parseKey(key.data);
    if (parsed instanceof Error || parsed.type !== key.algo) return false;
    return parsed.verify(blob, signature, hashAlgo) === true;
  } catch {
    // ssh2 asserts where a number of a key or of a signature is empty.
    return false;
  }
}
