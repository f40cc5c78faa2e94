/** How a line stands in what was printed as one: its first line, within a stack trace, within an error's own fields, within Python's. */
export type Place = "first" | "stack" | "fields" | "python" | "over";

// None of these looks at a character more than a few times, whatever the line holds.
const FRAME = /^\s+at\s.*(?:\)|:\d+|<anonymous>|native)(?: \{)?$/;
const REST = /^\s+\.\.\. \d+ (?:more|common|lines)/;
const CAUSE = /^\s*(?:Caused by|Suppressed): |^\s+\[(?:cause|errors)\]: /;
const FILE = /^\s+File ".*", line \d+/;
const TRACEBACK = /Traceback \(most recent call last\):$/;
/** What ends Python's trace: `ValueError: …`, `discord.errors.LoginFailure: …`, `KeyboardInterrupt`. */
const RAISED = /^[A-Za-z_][\w.]*(?::\s|$)/;

/** Where a line stands that begins something. */
export const beginning = (text: string): Place => (TRACEBACK.test(text) ? "python" : "first");

/** Where a line stands after one at `place`; null when it begins something of its own. `text` carries no colours and no spaces at its end. */
export function following(place: Place, text: string): Place | null {
  // Nearly every line begins with a letter or a bracket: they are through here at once.
  const first = text.charCodeAt(0);
  const indented = first === 0x20 || first === 0x09;
  if (!indented && place === "first" && !/^[CS]/.test(text)) return null;
  if (place === "over") return null;
  if (place === "python") return indented ? "python" : RAISED.test(text) ? "over" : null;
  if (place === "fields") return indented ? "fields" : /^[}\]]/.test(text) ? "stack" : null;
  if (FRAME.test(text)) return text.endsWith("{") ? "fields" : "stack";
  if (REST.test(text) || CAUSE.test(text)) return "stack";
  return FILE.test(text) ? "python" : null;
}
