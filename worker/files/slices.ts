/** The event loop is held no longer than this by looking through many things, ms. */
const SLICE_MS = 5;

/** Cuts long work into slices: await `pause()` whenever `due()`, and everybody else gets their turn. */
export function createSlices() {
  let since = performance.now();
  return {
    due: () => performance.now() - since > SLICE_MS,
    async pause() {
      await new Promise((go) => setImmediate(go));
      since = performance.now();
    },
  };
}

/** Sorts many things in slices; what is equal stays in its order. */
export async function sortInSlices<T>(things: readonly T[], compare: (a: T, b: T) => number): Promise<T[]> {
  const slices = createSlices();
  let runs: T[][] = [];
  for (let from = 0; from < things.length; from += 2_048) {
    runs.push(things.slice(from, from + 2_048).sort(compare));
    if (slices.due()) await slices.pause();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let n = 0; n < runs.length; n += 2) {
      merged.push(await merge(runs[n] ?? [], runs[n + 1] ?? [], compare, slices));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
  slices: ReturnType<typeof createSlices>,
): Promise<T[]> {
  const merged: T[] = [];
  let l = 0;
  let r = 0;
  for (;;) {
    const [a, b] = [left[l], right[r]];
    if (a === undefined && b === undefined) return merged;
    if (b === undefined || (a !== undefined && compare(a, b) <= 0)) {
      if (a !== undefined) merged.push(a);
      l++;
    } else {
      merged.push(b);
      r++;
    }
    if (merged.length % 1_024 === 0 && slices.due()) await slices.pause();
  }
}
