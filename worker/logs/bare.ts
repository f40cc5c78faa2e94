export const ESCAPE = String.fromCharCode(27);
const BELL = String.fromCharCode(7);

/** What a terminal would obey instead of showing: colours, moves of the cursor, and strings meant for the terminal itself. */
const obeyed = new RegExp(
  `${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|[\\]PX^_][^${BELL}${ESCAPE}\\n]*(?:${BELL}|${ESCAPE}\\\\))`,
  "g",
);

/** A text as people see it: without what is for terminals. Linear; of several lines at once as of one. */
export const bareText = (text: string): string => (text.includes(ESCAPE) ? text.replace(obeyed, "") : text);
