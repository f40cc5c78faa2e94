export { createInstaller, type InstallerOptions } from "./install";
export { readLog } from "./read-log";
