import { execFile } from "node:child_process";
import { chmod, chown, lchown, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { detailOf, Refusal } from "../refusal";

const run = promisify(execFile);

/** As whom Postgres runs: how to start a program as that account, and who must own its files. */
export type Account = {
  command(program: string, args: readonly string[]): { file: string; args: string[]; uid?: number; gid?: number };
  owner?: { uid: number; gid: number };
};

const ourselves: Account = { command: (file, args) => ({ file, args: [...args] }) };

// Files made under it belong to root, so it needs no folder opened: inside, root only looks like somebody else.
const inNamespace: Account = {
  command: (file, args) => ({
    file: "unshare",
    args: ["--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, file, ...args],
  }),
  owner: { uid: 0, gid: 0 },
};
const NOBODY = 65534;

async function systemUser(name: string): Promise<Account> {
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, name])).stdout)),
  );
  if (!uid || !gid) throw new Error(`there is no user ${name}`);
  return { command: (file, args) => ({ file, args: [...args], uid, gid }), owner: { uid, gid } };
}

async function madeUser(): Promise<Account> {
  const name = "botyard-postgres";
  return systemUser(name).catch(async () => {
    await run("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name]);
    return systemUser(name);
  });
}

/**
 * Chooses the account for Postgres, which refuses to run as root. As root, in this order: the system's own user
 * `postgres`, a user namespace (for a project under /root, which no other user can reach), a system user made for it.
 * `folder` is given to the account; `gate` is the folder around it, opened for passing through (0711) only if that helps.
 */
export async function chooseAccount(options: { postgres: string; folder: string; gate: string }): Promise<Account> {
  if (process.getuid?.() !== 0) return ourselves;
  const failures: string[] = [];
  for (const candidate of [() => systemUser("postgres"), async () => inNamespace, madeUser]) {
    try {
      const account = await candidate();
      await chmod(options.gate, account === inNamespace ? 0o700 : 0o711);
      await give(options.folder, account);
      await reaches(account, options);
      return account;
    } catch (error) {
      failures.push(detailOf(error));
    }
  }
  await chmod(options.gate, 0o700);
  throw new Refusal("postgres_root", { folder: options.folder, detail: failures.join("; ") });
}

// The text given to the shell is fixed; paths are its arguments.
async function reaches(account: Account, { folder, postgres }: { folder: string; postgres: string }): Promise<void> {
  const { file, args, uid, gid } = account.command("/bin/sh", [
    "-c",
    'cd "$1" && exec "$2" --version',
    "sh",
    folder,
    postgres,
  ]);
  await run(file, args, { uid, gid, cwd: "/" });
}

/** Makes the account own a folder with everything in it. */
export async function give(path: string, { owner }: Account): Promise<void> {
  if (!owner || (await stat(path)).uid === owner.uid) return;
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await give(inner, { command: ourselves.command, owner });
    else await lchown(inner, owner.uid, owner.gid);
  }
  // Last, so that an interrupted walk is begun again.
  await chown(path, owner.uid, owner.gid);
}
