import type { TransferView, UploadRequest } from "#contracts/transfer";

export const upload: TransferView = {
  id: "abcdefghijklmnop",
  kind: "upload",
  to: "",
  status: { state: "receiving", received: 3, total: 3 },
  createdAt: 1,
};

/** What the worker that does nothing answers about what goes in and out, and about packages. */
export function transferAnswers() {
  let announced: UploadRequest["conflict"] = "refuse";
  return {
    "transfers.upload": ({ request }: { request: UploadRequest }) => {
      announced = request.conflict;
      return { ...upload, conflict: announced, files: [] };
    },
    "transfers.uploads": () => ({ uploads: [upload] }),
    "transfers.uploadState": () => ({
      ...upload,
      conflict: announced,
      files: [{ path: "a.txt", size: 3, received: 3 }],
    }),
    "transfers.taken": () => ({ taken: [{ path: "a.txt", kind: "file", size: 3, changedAt: 0 }] }),
    "transfers.finish": () => upload,
    "transfers.extract": () => ({ ...upload, kind: "extract" }),
    "transfers.pack": () => ({ ...upload, kind: "pack" }),
    "transfers.pull": () => ({ ...upload, kind: "pull" }),
    "transfers.formats": () => ({ formats: ["zip"] }),
    "transfers.preview": () => ({ entries: [], files: 0, folders: 0, bytes: 0, taken: null }),
    "transfers.state": () => upload,
    "dependencies.list": () => ({
      manager: "npm",
      files: [],
      broken: [],
      dependencies: [],
      others: [],
      report: null,
      work: { state: "none" },
    }),
    "dependencies.log": () => ({ id: "", lines: [], next: 0 }),
    "dependencies.check": () => ({ work: { state: "none" } }),
    "dependencies.install": () => ({ work: { state: "none" } }),
    "dependencies.remove": () => ({ work: { state: "none" } }),
    "dependencies.cancel": () => ({ work: { state: "none" } }),
  };
}
