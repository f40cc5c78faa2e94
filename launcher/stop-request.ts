/** A person's wish to stop: the first signal asks, a later one is impatient. */
export type StopRequest = {
  asked(): boolean;
  /** Resolves at the first signal. */
  wait(): Promise<void>;
  /** Resolves at a second one. */
  hurried(): Promise<void>;
  close(): void;
};

// The terminal sends Ctrl-C to everybody and npm passes it on once more: that is one wish.
const SAME_WISH_MS = 800;

/** Takes SIGINT, SIGTERM and SIGHUP over until closed. */
export function listenForStop(): StopRequest {
  const first = gate();
  const second = gate();
  let askedAt: number | undefined;
  const onSignal = () => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      first.resolve();
    } else if (performance.now() - askedAt > SAME_WISH_MS) second.resolve();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  // Node ends a program that only waits for signals.
  const awake = setInterval(() => {}, 60_000);
  return {
    asked: () => askedAt !== undefined,
    wait: () => first.promise,
    hurried: () => second.promise,
    close: () => {
      clearInterval(awake);
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

function gate(): { promise: Promise<void>; resolve(): void } {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, resolve: () => open() };
}
