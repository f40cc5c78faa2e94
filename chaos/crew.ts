import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BotId } from "#contracts/bot";
import type { Api } from "./api";
import type { Member } from "./fleet";

/** A member of the fleet that the panel knows. */
export type Hired = { id: BotId; member: Member; records: string };

const sources = join(process.cwd(), "chaos/bots");

/** Makes the folder that a bot runs in, with the folder of its own records inside: so it can be written whoever the bot runs as. */
export function makeFolder(botFolders: string, member: Member): { path: string; records: string } {
  const path = join(botFolders, member.name.replaceAll(" ", "-"));
  const records = join(path, "records");
  mkdirSync(records, { recursive: true, mode: 0o777 });
  copyFileSync(join(sources, `${member.habit}.cjs`), join(path, "index.cjs"));
  for (const name of ["voice.cjs", "child.cjs"]) copyFileSync(join(sources, name), join(path, name));
  const dependencies = member.installs ? { "chaos-part": "file:./part" } : {};
  writeFileSync(
    join(path, "package.json"),
    JSON.stringify({ name: "chaos", private: true, main: "index.cjs", dependencies }),
  );
  if (member.installs) {
    mkdirSync(join(path, "part"), { recursive: true });
    writeFileSync(join(path, "part/package.json"), JSON.stringify({ name: "chaos-part", version: "1.0.0" }));
  }
  return { path, records };
}

/** Makes the bot of a folder. `known` is told its id the moment there is one. */
export async function hire(
  api: Api,
  member: Member,
  folder: { path: string; records: string },
  { start, known = () => {} }: { start: boolean; known?: (hired: Hired) => void },
): Promise<Hired> {
  const { id: importId } = await api.startImport(folder.path);
  for (;;) {
    const { status } = await api.lookAtImport(importId);
    if (status.state === "ready") break;
    if (status.state === "failed") throw new Error(`the import of ${folder.path} failed: ${status.message}`);
    await sleep(50);
  }
  const made = await api.create({ importId, name: member.name, start: false });
  const hired = { id: made.id, member, records: folder.records };
  known(hired);
  await api.change(made.id, {
    restart: { ...made.settings.restart, ...member.restart },
    stop: { ...made.settings.stop, ...member.stop },
    ready: made.settings.ready,
    limits: made.settings.limits,
    // More than they can ever print: what is missing is lost.
    logs: { keepMb: 65_536, keepDays: 0 },
    args: [folder.records, JSON.stringify(member.options)],
  });
  if (start) await api.command(made.id, "start");
  return hired;
}
