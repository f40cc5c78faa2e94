import { setTimeout as sleep } from "node:timers/promises";
import { AppError, isErrorCode } from "#contracts/errors";
import type { TransferStatus, TransferView } from "#contracts/transfer";
import type { Client } from "../client";
import { Failure } from "../failure";
import type { Output } from "../output";
import type { Progress } from "./progress";

const ASK_MS = 200;

export type Done = Extract<TransferStatus, { state: "done" }>;

/** Waits for the end of a transfer that the worker does by itself. Its failure is one of this command. */
export async function waitForEnd(
  client: Client,
  botId: string,
  begun: TransferView,
  progress: Progress,
): Promise<{ view: TransferView; done: Done }> {
  try {
    for (let view = begun; ; view = await client.transfers.state({ botId, transferId: view.id })) {
      const { status } = view;
      if (status.state === "done") return { view, done: status };
      if (status.state === "failed")
        throw isErrorCode(status.code)
          ? Failure.of(status.code, status.message)
          : new Failure(status.code, status.message, 1);
      if (status.state === "working") progress.show(status.done, status.total);
      await sleep(ASK_MS);
    }
  } finally {
    progress.end();
  }
}

/** Says what came of it. What could not be placed makes the exit code 1. */
export function tellDone(output: Output, what: string, done: Done, more: object = {}): void {
  const { placed, skipped, failed } = done;
  output.result({ ...more, placed, skipped, failed }, () => [
    `${what}: ${placed} placed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
    ...failed.map(
      ({ path, code, values }) => `${path}: failed, ${isErrorCode(code) ? new AppError(code, values).message : code}`,
    ),
  ]);
  if (failed.length > 0) process.exitCode = 1;
}
