/** What only the worker does: for tests of the web that look at what was sealed. */
export { createUnseal } from "#worker/supervisor/unseal";
