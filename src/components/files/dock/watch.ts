import { client } from "#client/api";
import { FailureError, failureOf, readFailure } from "#client/failure";
import type { TransferView } from "#contracts/transfer";
import { deskOf } from "../desk";
import { type DockPhase, type DockRow, dock } from "./dock";

const ASK_MS = 700;
const ASK_AWAY_MS = 3_000;

const pause = (ms: number) => new Promise((go) => setTimeout(go, ms));

/** Where a transfer stands that the worker does by itself. */
export function phaseOf({ kind, status }: TransferView): DockPhase {
  if (status.state === "done") return { is: "done", ...status };
  if (status.state === "failed")
    return { is: "failed", failure: new FailureError(failureOf(status.code, status.values)) };
  return { is: status.state === "receiving" || kind === "pull" ? "moving" : "working" };
}

/**
 * Follows a transfer that the worker does by itself (extract, pack, pull) in the dock until it is over; then the folders in sight are read
 * again. `name`: what the row is called. Resolves with how it ended; null when it was cancelled.
 */
export async function watchTransfer(
  botId: string,
  first: TransferView,
  { name, files = 0 }: { name: string; files?: number },
): Promise<TransferView | null> {
  const { id, kind, to } = first;
  let cancelled = false;
  const cancel = () => {
    cancelled = true;
    dock.remove(id);
    void client.transfers.cancel({ botId, transferId: id }).catch(() => undefined);
  };
  const put = (phase: DockPhase, view: TransferView) => {
    const { status } = view;
    const total = "total" in status ? status.total : 0;
    const done = status.state === "receiving" ? status.received : status.state === "working" ? status.done : total;
    const over = phase.is === "done" || phase.is === "failed";
    const acts: DockRow["acts"] = over ? { dismiss: () => dock.remove(id) } : { cancel };
    dock.put({ key: id, botId, kind, name: view.name ?? name, files, to, phase, done, total, rate: null, acts });
  };
  for (let view = first; ; ) {
    put(phaseOf(view), view);
    if (view.status.state === "done" || view.status.state === "failed") {
      void deskOf(botId).folders.allAgain();
      return view;
    }
    await pause(ASK_MS);
    for (;;) {
      if (cancelled) return null;
      try {
        view = await client.transfers.state({ botId, transferId: id });
        if (cancelled) return null;
        break;
      } catch (failure) {
        if (cancelled) return null;
        const { code } = readFailure(failure);
        const away = ["web_away", "worker_away", "database_away", "database_full"].includes(code);
        put(away ? { is: "offline" } : { is: "failed", failure }, view);
        if (!away) return null;
        await pause(ASK_AWAY_MS);
      }
    }
  }
}
