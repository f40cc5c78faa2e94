/** Lets so many in at once; who comes later waits, in the order of coming. `enter` resolves with what to call at the end. */
export function createSlots(count: number) {
  const waiting: (() => void)[] = [];
  let free = count;
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async enter(): Promise<() => void> {
      if (free > 0) free -= 1;
      else await new Promise<void>((go) => waiting.push(go));
      return leave;
    },
  };
}
