/** Said when there is nothing to say, ms: proxies take a silent connection for a dead one, mostly after a minute. */
const HEARTBEAT_MS = 15_000;

/** One server-sent event. `id`: where to go on after it. */
export type Said = { id?: string; event?: string; data: unknown };

/** What waits for one reader, who takes it at their own pace. */
export type Outlet = {
  body: ReadableStream<Uint8Array>;
  /** In order, each once; `taken` is called when the reader has them. */
  lines(said: readonly Said[], taken: () => void): void;
  /** Of one key only the newest waits. */
  state(key: string, said: Said): void;
  /** Ends the stream. */
  end(): void;
};

/** Opens it. `closed` is called once, however it ends. */
export function openOutlet(closed: () => void): Outlet {
  const states = new Map<string, Said>();
  const batches: { text: string; taken: () => void }[] = [];
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** The reader waits for something. */
  let wanted = false;
  let open = true;

  const beat = setInterval(() => {
    if (wanted) put(":\n\n");
  }, HEARTBEAT_MS);

  function put(text: string) {
    wanted = false;
    controller?.enqueue(encoder.encode(text));
  }

  function give() {
    if (!wanted || !open) return;
    const text = [...states.values()].map(textOf).join("");
    states.clear();
    const batch = batches.shift();
    if (text === "" && !batch) return;
    put(text + (batch?.text ?? ""));
    batch?.taken();
  }

  function finish() {
    if (!open) return;
    open = false;
    clearInterval(beat);
    closed();
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(made) {
        controller = made;
        // So that whoever asked knows at once that they are in, and how soon to come again, ms.
        made.enqueue(encoder.encode("retry: 2000\n\n"));
      },
      pull() {
        wanted = true;
        give();
      },
      cancel: finish,
    },
    { highWaterMark: 1 },
  );

  return {
    body,
    lines(said, taken) {
      batches.push({ text: said.map(textOf).join(""), taken });
      give();
    },
    state(key, said) {
      states.delete(key);
      states.set(key, said);
      give();
    },
    end() {
      if (!open) return;
      finish();
      controller?.close();
    },
  };
}

// JSON holds no bare line break, so the data is one line.
const textOf = ({ id, event, data }: Said): string =>
  `${id === undefined ? "" : `id: ${id}\n`}${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
