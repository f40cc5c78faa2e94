import launcher from "./en/launcher.json";

/** What the launcher says when it cannot go on. Apart from `en`, because no browser ever needs it. */
export const launcherWords = launcher;
