/*
 * What the parts of the worker promise each other. main.ts builds them and hands them to one another;
 * none imports another's inside.
 *
 *   rpc ──▶ supervisor ──▶ runtimes (describe) + install (prepare) + process (launch, adopt, kill)
 *    │          │
 *    │          └──▶ publish ──▶ gateway ──▶ browsers
 *    └──▶ imports, logs, files
 */

export type * from "./closer";
export type * from "./dependencies";
export type * from "./deploys";
export type * from "./files";
export type * from "./gateway";
export type * from "./imports";
export type * from "./install";
export type * from "./isolation";
export type * from "./logs";
export type * from "./monitor";
export type * from "./packages";
export type * from "./process";
export type * from "./runtimes";
export type * from "./sftp";
export type * from "./supervisor";
export type * from "./transfers";
