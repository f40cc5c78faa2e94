import type { Repacking } from "../ports/index";
import type { Life } from "./life";

/**
 * A change of a bot's packages. It has no place among the bot's commands, which a stop or a crash must not wait behind; what it has to
 * keep from is the preparing of a start, and that waits for it. A bot that runs runs on.
 */
export async function repack(
  life: Life,
  signal: AbortSignal,
  work: (bot: Repacking) => Promise<string | null>,
): Promise<boolean> {
  const { ports, shelf } = life;
  const called = AbortSignal.any([signal, life.gone.signal]);
  const own = await life.packages.take({ first: false, signal: called });
  const turn = own && (await ports.installs.take({ first: true, signal: called }));
  try {
    if (!turn) return false;
    const before = await shelf.installed();
    const note = (hash: string) => shelf.putInstalled({ hash, tool: before?.tool ?? "", at: ports.clock.now(), ms: 0 });
    // Who is killed in the middle of it leaves a next start that installs everything again.
    await note("");
    const { definition } = life;
    const after = await work({ definition, folders: shelf.folders(definition), installed: before?.hash });
    if (after !== null) await note(after);
    return true;
  } finally {
    turn?.back();
    own?.back();
  }
}
