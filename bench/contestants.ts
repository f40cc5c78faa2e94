import { existsSync } from "node:fs";
import { createBotyard } from "./systems/botyard";
import { createPm2 } from "./systems/pm2";
import { createRunit, createS6 } from "./systems/service-folders";
import { createSupervisord } from "./systems/supervisord";
import type { Place, System } from "./systems/system";

/** The names of columns, in their order. */
export const names = ["botyard", "isolated", "pm2", "tuned", "supervisord", "runit", "s6"] as const;
export type Name = (typeof names)[number];

export type Contestant = {
  name: Name;
  label: string;
  /** A program without which it is left out. */
  needs?: string;
  create(place: Place): System;
};

/** How many actions PM2 does at once when it is tuned. */
const PARALLEL = 20;

export const contestants: readonly Contestant[] = [
  { name: "botyard", label: "Botyard", create: (place) => createBotyard(place, { isolated: false }) },
  { name: "isolated", label: "Botyard, isolated", create: (place) => createBotyard(place, { isolated: true }) },
  { name: "pm2", label: "PM2", create: (place) => createPm2(place) },
  { name: "tuned", label: `PM2 --parallel ${PARALLEL}`, create: (place) => createPm2(place, PARALLEL) },
  { name: "supervisord", label: "supervisord", needs: "/usr/bin/supervisord", create: createSupervisord },
  { name: "runit", label: "runit", needs: "/usr/bin/runsvdir", create: createRunit },
  { name: "s6", label: "s6", needs: "/usr/bin/s6-svscan", create: createS6 },
];

/** Those that this machine has, and the labels of those it lacks. */
export function present(): { here: Contestant[]; absent: string[] } {
  const here = contestants.filter(({ needs }) => needs === undefined || existsSync(needs));
  return { here, absent: contestants.filter((one) => !here.includes(one)).map(({ label }) => label) };
}
