import { z } from "zod";
import { isolationLevel, killMeans } from "./bot";
import { at } from "./process";
import { sftpReport } from "./sftp";

/** One sample of the machine. */
export const hostSample = z.object({
  at,
  /** Percent of all cores together, 0–100. */
  cpu: z.number(),
  /** Bytes. */
  memoryUsed: z.number(),
  memoryTotal: z.number(),
  /** Bytes of the file system that holds BOTYARD_HOME. */
  diskUsed: z.number(),
  diskTotal: z.number(),
  /** Bytes a second, all interfaces but loopback. */
  netIn: z.number(),
  netOut: z.number(),
});
export type HostSample = z.infer<typeof hostSample>;

/** Who holds a limit: the kernel, the worker by looking every two seconds, or nobody. */
export const limitHolder = z.enum(["kernel", "worker", "nobody"]);

/** What this machine can do to keep bots apart, as probed when the worker started. */
export const isolationReport = z.object({
  level: isolationLevel,
  kill: killMeans,
  limits: z.object({ memory: limitHolder, cpu: limitHolder, processes: limitHolder }),
  /** What is missing for more, each with its words in the catalogue under `isolation.missing.<code>`. */
  missing: z.array(z.object({ code: z.enum(["bubblewrap", "namespaces", "root", "cgroup"]), detail: z.string() })),
});
export type IsolationReport = z.infer<typeof isolationReport>;

/** What a worker says of itself when it registers and when asked. */
export const nodeInfo = z.object({
  nodeId: z.string(),
  name: z.string(),
  version: z.string(),
  pid: z.number().int(),
  startedAt: at,
  cores: z.number().int(),
  runtimes: z.array(z.object({ name: z.string(), version: z.string().nullable() })),
  isolation: isolationReport,
  sftp: sftpReport,
  /** Postgres as the worker sees it; bots run either way. */
  database: z.boolean(),
});
export type NodeInfo = z.infer<typeof nodeInfo>;

/** One line of `botyard doctor`. */
export const check = z.object({
  id: z.string(),
  state: z.enum(["ok", "warn", "bad"]),
  /** What was seen, one sentence. */
  seen: z.string(),
  /** What to do, when not ok. */
  todo: z.string().optional(),
});

/** What /api/health answers: 200 with ok, 503 with degraded. */
export const health = z.object({
  status: z.enum(["ok", "degraded"]),
  web: z.boolean(),
  worker: z.boolean(),
  database: z.boolean(),
  version: z.string(),
});
export type Health = z.infer<typeof health>;
