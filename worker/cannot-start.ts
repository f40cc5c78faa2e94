/** Why the worker does not start: one sentence that says what to do. */
export class CannotStart extends Error {
  override readonly name = "CannotStart";
}
