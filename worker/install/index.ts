export { createInstaller, type InstallerOptions } from "./install";
