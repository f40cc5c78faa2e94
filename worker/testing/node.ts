import type { NodeInfo } from "#contracts/host";

/** What a worker under test says of itself: a machine that keeps nothing apart. */
export const node: NodeInfo = {
  nodeId: "n",
  name: "n",
  version: "1",
  pid: 1,
  startedAt: 1,
  cores: 2,
  runtimes: [],
  isolation: {
    level: "none",
    kill: "marker",
    limits: { memory: "worker", cpu: "nobody", processes: "nobody" },
    missing: [],
  },
  sftp: { state: "off" },
  database: true,
};
