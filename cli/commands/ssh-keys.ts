import { readFile } from "node:fs/promises";
import type { Command as Program } from "commander";
import type { Context } from "../context";
import { Failure } from "../failure";
import { day } from "../files/rows";
import { readStdin } from "../input";
import { table } from "../output";

/** ssh-keys list, add, remove: what one signs in with over SFTP. */
export function addSshKeyCommands(program: Program, context: Context): void {
  const keys = program.command("ssh-keys").description("your SSH keys, to sign in with over SFTP");
  keys
    .command("list")
    .description("your SSH keys")
    .action(async () => {
      const { client, output } = context();
      output.result(await client.account.sshKeys.list(), (value) =>
        table(
          ["ID", "NAME", "TYPE", "FINGERPRINT", "USED"],
          value.keys.map((one) => [
            one.id,
            one.name,
            one.type,
            one.fingerprint,
            one.lastUsedAt === null ? "never" : day(one.lastUsedAt),
          ]),
        ),
      );
    });
  keys
    .command("add")
    .argument("[file]", "a .pub file; left out: read from standard input")
    .option("--name <name>", "what it is called; else what stands behind the key")
    .description("add a public key (on the panel's own machine only; elsewhere on your account page)")
    .action(async (file: string | undefined, options: { name?: string }) => {
      const { client, output } = context();
      const publicKey = file === undefined ? await readStdin("the public key") : await readPublic(file);
      const added = await client.account.sshKeys.add({ publicKey, name: options.name });
      output.result(added, (one) => [`${one.name} is added: ${one.fingerprint}`]);
    });
  keys
    .command("remove")
    .argument("<id>", "id of the key")
    .description("remove a key; connections that it opened end")
    .action(async (keyId: string) => {
      const { client, output } = context();
      await client.account.sshKeys.remove({ keyId });
      output.result({ id: keyId, removed: true }, () => ["Removed."]);
    });
}

const readPublic = (file: string): Promise<string> =>
  readFile(file, "utf8").catch((error: Error) => {
    throw Failure.use(`${file} cannot be read: ${error.message}`);
  });
