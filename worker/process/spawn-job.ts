/** What is to be started, in a session of its own and without any input or output. */
export type Order = {
  id: number;
  argv: readonly [string, ...string[]];
  cwd: string;
  /** The whole environment. */
  env: Readonly<Record<string, string>>;
};

/** What the spawner says: that it listens; and of each order that it was started or why not, and then how it ended. */
export type Report =
  | { ready: true }
  | { id: number; pid: number }
  | { id: number; failed: string; errno?: string | undefined }
  | { id: number; code: number | null; signal: string | null };
