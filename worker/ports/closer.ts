/** Ends what was opened; safe to call twice. */
export type Closer = () => void | Promise<void>;
