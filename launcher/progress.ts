/** How the launcher speaks. The scripts hand it in, which show the same steps while they install and build. */
export type Voice = {
  say(line: string): void;
  /** Shows a long step while it works, with the time it takes. */
  step<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
};
