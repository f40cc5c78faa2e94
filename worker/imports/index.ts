export { type ImportOptions, openImports } from "./open";
export { listTemplates } from "./templates";
