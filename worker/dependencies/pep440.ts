/*
 * Versions of Python packages and whether one is within a specifier, as PEP 440 says. Ours, because pip's own is Python and lies where
 * the bot can write.
 */

type Version = { epoch: number; release: readonly number[]; rest: readonly (number | string)[]; local: string };

const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|alpha|b|beta|c|rc|pre|preview)[-_.]?(\d*))?(?:(?:[-_.]?(?:post|rev|r)[-_.]?(\d*))|-(\d+))?([-_.]?dev[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/i;

function read(text: string): Version | null {
  const match = pattern.exec(text.trim().slice(0, 200));
  if (!match) return null;
  const [, epoch, release = "", pre, preNumber, post, postDash, dev, devNumber, local = ""] = match;
  const stage = pre === undefined ? undefined : ({ a: 0, b: 1 }[pre[0]?.toLowerCase() ?? ""] ?? 2);
  const postfix = post ?? postDash;
  return {
    epoch: Number(epoch ?? 0),
    release: release.split(".").map(Number),
    local: local.toLowerCase(),
    // In order of weight: before anything (dev alone), a pre-release, the release itself, what came after.
    rest: [
      stage ?? (dev !== undefined && postfix === undefined ? -1 : 3),
      stage === undefined ? 0 : Number(preNumber || 0),
      postfix === undefined ? -1 : Number(postfix || 0),
      dev === undefined ? Number.POSITIVE_INFINITY : Number(devNumber || 0),
    ],
  };
}

function compare(a: Version, b: Version): number {
  const parts = Math.max(a.release.length, b.release.length);
  const whole = (one: Version) => [
    one.epoch,
    ...Array.from({ length: parts }, (_, i) => one.release[i] ?? 0),
    ...one.rest,
  ];
  const [left, right] = [whole(a), whole(b)];
  for (const [i, one] of left.entries()) {
    const other = right[i] ?? 0;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

/** Whether two versions begin with the same numbers, as many as the second has. */
const begins = (a: Version, b: Version) =>
  a.epoch === b.epoch && b.release.every((one, i) => (a.release[i] ?? 0) === one);
const isPre = ({ rest }: Version) => rest[0] !== 3 || rest[3] !== Number.POSITIVE_INFINITY;
const isPost = ({ rest }: Version) => rest[2] !== -1;

/** Whether a version is within every clause of a specifier; null when either cannot be read. "" takes all. */
export function satisfies(version: string, specifier: string): boolean | null {
  const have = read(version);
  if (!have) return null;
  let all = true;
  for (const clause of specifier.split(",").filter((one) => one.trim() !== "")) {
    const match = /^\s*(===|==|~=|!=|<=|>=|<|>)\s*(\S+?)(\.\*)?\s*$/.exec(clause);
    const holds = match ? holdsFor(have, version, match) : null;
    if (holds === null) return null;
    all &&= holds;
  }
  return all;
}

function holdsFor(have: Version, text: string, [, operator, wanted = "", wild]: RegExpExecArray): boolean | null {
  if (operator === "===") return text.trim().toLowerCase() === `${wanted}${wild ?? ""}`.toLowerCase();
  const want = read(wanted);
  if (!want) return null;
  if (wild) return operator === "==" ? begins(have, want) : operator === "!=" ? !begins(have, want) : null;
  const order = compare(have, want);
  const same = order === 0 && (want.local === "" || want.local === have.local);
  switch (operator) {
    case "==":
      return same;
    case "!=":
      return !same;
    case "<=":
      return order <= 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0 && (isPre(want) || !isPre(have) || !begins(have, want));
    case ">":
      return order > 0 && (isPost(want) || !isPost(have) || !sameRelease(have, want));
    default:
      if (want.release.length < 2) return null;
      return order >= 0 && begins(have, { ...want, release: want.release.slice(0, -1) });
  }
}

const sameRelease = (a: Version, b: Version) => begins(a, b) && begins(b, a);
