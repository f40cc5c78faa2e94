import type { Client } from "./client";
import type { Output } from "./output";

/** What a command works with; made when it runs, so that --help needs no panel. */
export type Context = () => {
  client: Client;
  output: Output;
  /** Nothing may be changed, so nobody need be asked; the client stops at what would change something. */
  dryRun: boolean;
};
