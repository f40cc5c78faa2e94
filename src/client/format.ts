/** How numbers and times are written. All pure: locale and time zone are the viewer's and are handed in. */
export type Manner = { locale: string; timeZone: string };

const steps = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** A size for people: "512 MB", "1.5 GB". Steps of 1024, as memory limits and `ps` count; never below kB, which nobody reads, and never none of something. */
export function bytes(count: number, locale = "en"): string {
  let size = count <= 0 ? 0 : Math.max(1, count / 1024);
  let step = 1;
  while (size >= 1024 && step < steps.length - 1) {
    size /= 1024;
    step += 1;
  }
  const digits = size > 0 && size < 10 && step > 1 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: steps[step],
    unitDisplay: "short",
    maximumFractionDigits: digits,
  }).format(size);
}

/** A rate for people: "1.2 MB/s". */
export const bytesPerSecond = (rate: number, locale = "en"): string => `${bytes(rate, locale)}/s`;

/** Percent with one digit below ten: "3.4%", "87%". */
export function percent(value: number, locale = "en"): string {
  return new Intl.NumberFormat(locale, {
    style: "percent",
    maximumFractionDigits: value > 0 && value < 10 ? 1 : 0,
  }).format(value / 100);
}

const parts = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** How long something took or lasts, in its two largest parts: "2d 4h", "3m 20s", "0s". */
export function duration(ms: number, locale = "en"): string {
  let rest = Math.max(0, Math.floor(ms / 1000));
  const said: string[] = [];
  for (const [unit, seconds] of parts) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count === 0 && said.length === 0 && unit !== "second") continue;
    if (count > 0 || said.length === 0) {
      said.push(new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "narrow" }).format(count));
    }
    // After the largest part only the one right below it is worth its room.
    if (said.length === 2 || (count === 0 && said.length === 1)) break;
  }
  return said.join(" ");
}

/** "5 minutes ago", "in 3 seconds", "yesterday". */
export function relative(at: number, now: number, locale = "en"): string {
  const seconds = Math.round((at - now) / 1000);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, size] of parts) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(0, "second");
}

// Making one takes longer than drawing a line, and a log writes three times with each.
const made = new Map<string, Intl.DateTimeFormat>();

function written(at: number, locale: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale} ${JSON.stringify(options)}`;
  const format = made.get(key) ?? new Intl.DateTimeFormat(locale, options);
  made.set(key, format);
  return format.format(at);
}

/** The exact moment in the viewer's zone: "Nov 21, 2026, 4:51:07 PM GMT+1". */
export function exact(at: number, { locale, timeZone }: Manner): string {
  return written(at, locale, {
    timeZone,
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  });
}

/** The time of day of a console line in the viewer's zone: "16:51:07.123", or without milliseconds. */
export function clock(at: number, { timeZone }: Pick<Manner, "timeZone">, milliseconds = false): string {
  return written(at, "en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    ...(milliseconds ? { fractionalSecondDigits: 3 } : {}),
    hour12: false,
  });
}

/** The day of a log line in the viewer's zone: "Nov 21"; its year is in the exact time. */
export const day = (at: number, { locale, timeZone }: Manner): string =>
  written(at, locale, { timeZone, month: "short", day: "2-digit" });
