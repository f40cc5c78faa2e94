import { createSupervisor as createReal, realClock, type SupervisorPorts } from "#worker/supervisor/index";

/*
 * Stands in for worker/supervisor in the bench's worker (see build.ts): all bots may start at once, as the peers start theirs,
 * and no pause before a restart is lengthened or shortened by chance.
 */

export * from "#worker/supervisor/index";

/** The panel starts a few at a time; the peers have no such thing. */
const ALL_AT_ONCE = 1_000;

export const createSupervisor = (ports: SupervisorPorts) =>
  createReal({ ...ports, startsAtOnce: ALL_AT_ONCE, clock: { ...realClock, random: () => 0.5 } });
