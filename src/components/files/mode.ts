/** Who a permission bit is for, and what it allows; in the order of the bits, from 0o400 down to 0o001. */
export const classes = ["owner", "group", "others"] as const;
export const rights = ["read", "write", "run"] as const;

/** The bit of one right of one class. */
export const bitOf = (who: number, what: number): number => 0o400 >> (who * 3 + what);

/** The nine bits as three digits: 0o644 is "644". */
export const digitsOf = (mode: number): string => (mode & 0o777).toString(8).padStart(3, "0");

/** Reads three octal digits; null for what is none. */
export const modeOf = (digits: string): number | null =>
  /^[0-7]{3}$/.test(digits) ? Number.parseInt(digits, 8) : null;

/** The nine bits as `ls` writes them: 0o644 is "rw-r--r--". */
export const lettersOf = (mode: number): string =>
  [..."rwxrwxrwx"].map((letter, index) => (mode & (0o400 >> index) ? letter : "-")).join("");
