import { bareText, ESCAPE } from "./bare";

/** What stands where a secret stood. No secret that is masked is shorter, so a masked text never grows. */
export const MASK = "••••••";

/** Values shorter than this are masked nowhere, characters: they would be found in every other word. */
const SHORTEST = 6;
/** Only so much of a secret is looked for, characters; where that is found, the rest is compared. */
const NEEDLE = { longest: 128, shortest: 16 } as const;
/** Characters of all needles of one bot: bounds the machine below to some 5 MB for the most hostile definition. */
const NEEDLE_CHARS = 50_000;

/** A Discord token, whoever's: id, time, signature. Found by its middle, since dots are rare. */
const token = /(?<![\w-])(?:mfa\.[\w-]{20,}|[\w-]{20,30}\.[\w-]{6,7}\.[\w-]{27,})/g;
const tokenHint = /\.[\w-]{6,7}\.[\w-]{27}|mfa\.[\w-]{20}/;
/** The same, cut off inside its signature, which alone is secret. */
const tokenCut = /(?<![\w-])[\w-]{20,30}\.[\w-]{6,7}\.[\w-]{0,26}$/;

/** Text of one line without secrets. `cut`: the line went on, so its end may be the beginning of a secret. Linear. */
export type Mask = (text: string, cut?: boolean) => string;

/**
 * Makes the mask of one bot: its secret values as they are, URL-encoded, in base64 and as JSON writes them, and whatever is shaped
 * like a Discord token. Lines are masked one at a time, so each line of a value that has several is a secret of its own.
 */
export function createMask(secrets: readonly string[]): Mask {
  const needles = needlesOf(secrets);
  const find = needles.length === 0 ? undefined : finder(needles);
  const hint = hintOf(needles);

  const plain: Mask = (text, cut = false) => {
    const known = find && (cut || hint.test(text)) ? cover(text, find(text, cut)) : text;
    if (!tokenHint.test(known) && !(cut && tokenCut.test(known))) return known;
    const masked = known.replace(token, MASK);
    return cut ? masked.replace(tokenCut, MASK) : masked;
  };
  return (text, cut) => {
    const masked = plain(text, cut);
    if (!masked.includes(ESCAPE)) return masked;
    // Coloured in parts, a secret hides from us but not from a reader.
    const bare = bareText(masked);
    const hidden = plain(bare, cut);
    return hidden === bare ? masked : hidden;
  };
}

/** Every form in which the secrets are looked for, longest first. */
function needlesOf(secrets: readonly string[]): string[] {
  const forms = new Set<string>();
  const put = (form: string) => {
    if (form.length >= SHORTEST) forms.add(form);
  };
  for (const secret of secrets) {
    for (const one of [secret.trim(), ...secret.split(/[\r\n]+/).map((line) => line.trim())]) {
      if (one.length < SHORTEST || /[\r\n]/.test(one)) continue;
      put(one);
      put(JSON.stringify(one).slice(1, -1));
      // A lone surrogate cannot be URL-encoded, and no bot can have printed it so.
      put(encodeURIComponent(one.replace(/\p{Surrogate}/gu, "")));
    }
    if (secret.length < SHORTEST) continue;
    for (const code of ["base64", "base64url"] as const)
      put(Buffer.from(secret).toString(code).replace(/=+$/, "").slice(0, 10_000));
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

/** Says of a text without any secret that there is none, ten times sooner than the machine below; of hundreds it does not try. */
function hintOf(needles: readonly string[]): RegExp {
  const begins = new Set(needles.map((needle) => needle.slice(0, SHORTEST)));
  if (begins.size > 100) return /(?:)/;
  return new RegExp([...begins].map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"));
}

/** Stretches [from, to) to be covered, in rising order. */
type Stretches = number[];

function cover(text: string, stretches: Stretches): string {
  if (stretches.length === 0) return text;
  let masked = "";
  let end = 0;
  for (let at = 0; at < stretches.length; at += 2) {
    masked += text.slice(end, stretches[at]) + MASK;
    end = stretches[at + 1] ?? end;
  }
  return masked + text.slice(end);
}

/*
 * Aho and Corasick's machine: a step or two per character, however many secrets there are and whatever the text is. A state is the
 * longest beginning of a needle that the text read so far ends with; so at the end of a cut line it also says how much of a secret
 * stands there. State 0 is where nearly all text passes, by one look into `begins`.
 */
function finder(secrets: readonly string[]): (text: string, cut: boolean) => Stretches {
  const length = Math.max(NEEDLE.shortest, Math.min(NEEDLE.longest, Math.floor(NEEDLE_CHARS / secrets.length)));
  const wholes = new Map<string, string[]>();
  for (const secret of secrets) {
    const needle = secret.slice(0, length);
    wholes.set(needle, [...(wholes.get(needle) ?? []), secret]);
  }

  const begins = new Uint8Array(65_536);
  const steps = new Map<number, number>();
  const step = (state: number, code: number) => steps.get(state * 65_536 + code) ?? 0;
  /** Per state: how long a beginning it is, the longest needle that ends there, where to go on when no needle does. */
  const depth: number[] = [0];
  const ends: number[] = [0];
  const back: number[] = [0];
  const rests: (readonly string[] | undefined)[] = [];
  const edges: { from: number; code: number; to: number }[] = [];
  for (const [needle, whole] of wholes) {
    begins[needle.charCodeAt(0)] = 1;
    let state = 0;
    for (let at = 0; at < needle.length; at++) {
      const code = needle.charCodeAt(at);
      let to = step(state, code);
      if (to === 0) {
        to = depth.push(at + 1) - 1;
        ends.push(0);
        back.push(0);
        steps.set(state * 65_536 + code, to);
        edges.push({ from: state, code, to });
      }
      state = to;
    }
    ends[state] = needle.length;
    const longer = whole.filter((one) => one.length > needle.length);
    if (longer.length > 0) rests[state] = longer;
  }

  /** Where a text leads on from a state. */
  function follow(state: number, code: number): number {
    for (let from = state; from !== 0; from = back[from] ?? 0) {
      const to = step(from, code);
      if (to !== 0) return to;
    }
    return begins[code] ? step(0, code) : 0;
  }
  // Shorter states first: a longer one falls back to them.
  for (const { from, code, to } of edges.sort((a, b) => (depth[a.to] ?? 0) - (depth[b.to] ?? 0))) {
    const instead = from === 0 ? 0 : follow(back[from] ?? 0, code);
    back[to] = instead;
    ends[to] ||= ends[instead] ?? 0;
  }

  return (text, cut) => {
    const found: Stretches = [];
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (state === 0 && begins[code] === 0) continue;
      state = follow(state, code);
      const size = ends[state] ?? 0;
      if (size === 0) continue;
      const from = at + 1 - size;
      let to = at + 1;
      // What agrees with a secret for so long is one, even where it ends otherwise.
      for (const whole of rests[state] ?? []) to = Math.max(to, agreed(text, from, whole));
      if (to > at + 1) {
        // Go on from there; another may have begun shortly before.
        at = Math.max(at, to - length);
        state = 0;
      }
      put(found, from, to);
    }
    const begun = depth[state] ?? 0;
    if (cut && begun > 0) put(found, text.length - begun, text.length);
    return found;
  };
}

/** The end of the stretch from `from` on that agrees with a secret. */
function agreed(text: string, from: number, whole: string): number {
  const most = Math.min(whole.length, text.length - from);
  let count = 0;
  while (count < most && text.charCodeAt(from + count) === whole.charCodeAt(count)) count++;
  return from + count;
}

/** Adds a stretch; those that touch become one. */
function put(found: Stretches, from: number, to: number) {
  while (found.length > 0 && (found.at(-1) ?? 0) >= from) {
    to = Math.max(to, found.pop() ?? 0);
    from = Math.min(from, found.pop() ?? from);
  }
  found.push(from, to);
}
