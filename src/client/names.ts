const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Puts names as people do: "Bot 2" before "bot 10". The same on the server and in every browser. */
export const compareNames = (a: { name: string }, b: { name: string }): number => names.compare(a.name, b.name);
