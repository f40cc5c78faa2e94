import { bytes } from "#client/format";

/** The size of a file; below a kilobyte to the byte, because a file of three bytes is not "0 kB". */
export const sizeOf = (size: number, locale: string): string =>
  size < 1024
    ? new Intl.NumberFormat(locale, { style: "unit", unit: "byte", unitDisplay: "long" }).format(size)
    : bytes(size, locale);
