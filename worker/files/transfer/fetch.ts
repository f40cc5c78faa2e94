import * as http from "node:http";
import * as https from "node:https";
import { type BlockList, isIP, type LookupFunction } from "node:net";
import { AppError, fill } from "#contracts/errors";
import { en } from "#contracts/words/en";
import { resolveHost } from "../../imports/address";
import { hostOf, nextAddress } from "./pull-address";

/** How far and for how long a file is fetched. */
export type Reach = {
  /** Networks that may be reached although they are not public; of them http is taken too. */
  allowed: BlockList;
  /** Certificates that are trusted beside Node's own. */
  ca: readonly string[] | undefined;
  /** Until an answer begins, and between one piece of it and the next, ms. */
  patienceMs: number;
  /** How long a whole file may take at least, ms; beyond, it must have come at SLOWEST or faster. */
  graceMs: number;
};

/** What comes more slowly than this on the whole, bytes a second, only keeps a place from others. */
const SLOWEST = 16 * 1024;

/** A file on its way here. Whoever does not read all of it closes it. */
export type Fetched = {
  /** Bytes, as far as they were said. */
  size: number | undefined;
  /** The Content-Disposition header. */
  disposition: string | undefined;
  bytes: AsyncIterable<Buffer>;
  close(): void;
};

const REDIRECTS = 5;
const MOVED = new Set([301, 302, 303, 307, 308]);
const HEADERS = { "user-agent": "Botyard", accept: "*/*", "accept-encoding": "identity" };

/**
 * Asks for the file at an address. Each host on the way is resolved once, looked at, and then reached by what it was resolved to: a name
 * that answers otherwise a second time gains nothing. AppError pull_address, git_address_forbidden, pull_unreachable, also while its bytes
 * are read.
 */
export async function fetchFile(address: URL, reach: Reach, signal: AbortSignal): Promise<Fetched> {
  let url = address;
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    const answer = await ask(url, reach, signal);
    const { statusCode: status = 0, headers } = answer;
    if (status === 200 && (headers["content-encoding"] ?? "identity") === "identity")
      return fetched(url, answer, reach);
    answer.destroy();
    if (status === 200) throw unreachable(url, en.detect.pull.packed);
    if (!MOVED.has(status) || headers.location === undefined)
      throw unreachable(url, fill(en.detect.pull.answered, { status }));
    url = nextAddress(headers.location, url);
  }
  throw unreachable(url, fill(en.detect.pull.redirects, { limit: REDIRECTS }));
}

async function ask(url: URL, { allowed, ca, patienceMs }: Reach, signal: AbortSignal): Promise<http.IncomingMessage> {
  const host = hostOf(url);
  const addresses = await resolveHost(host, allowed).catch((error: unknown) => {
    throw error instanceof AppError && error.code === "git_unreachable"
      ? new AppError("pull_unreachable", error.values)
      : error;
  });
  const known = addresses.map((one) => ({ address: one, family: isIP(one) }));
  const isOurs = known.every(({ address, family }) => allowed.check(address, family === 6 ? "ipv6" : "ipv4"));
  if (url.protocol === "http:" && !isOurs) throw new AppError("pull_address");
  const lookup: LookupFunction = (_host, { all }, answer) =>
    all ? answer(null, known) : answer(null, known[0]?.address ?? "", known[0]?.family);
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const { get } = url.protocol === "https:" ? https : http;
    const late = () => sent.destroy(unreachable(url, fill(en.detect.git.slow, { seconds: patienceMs / 1_000 })));
    // No agent: a connection of somebody else's may lead elsewhere.
    const sent = get(url, { agent: false, lookup, headers: HEADERS, signal, ...(ca && { ca: [...ca] }) });
    const clock = setTimeout(late, patienceMs);
    sent.setTimeout(patienceMs, late);
    sent.once("response", (answer) => {
      clearTimeout(clock);
      resolve(answer);
    });
    sent.on("error", (error) => {
      clearTimeout(clock);
      reject(asRefusal(url, error));
    });
  });
}

function fetched(url: URL, answer: http.IncomingMessage, { graceMs }: Reach): Fetched {
  const length = answer.headers["content-length"];
  const began = performance.now();
  async function* bytes() {
    let came = 0;
    try {
      for await (const piece of answer) {
        came += piece.length;
        const seconds = Math.max(graceMs / 1_000, came / SLOWEST);
        if (performance.now() - began > seconds * 1_000)
          throw unreachable(url, fill(en.detect.git.slow, { seconds: Math.round(seconds) }));
        yield piece;
      }
    } catch (error) {
      throw asRefusal(url, error);
    }
  }
  return {
    size: length === undefined ? undefined : Number(length),
    disposition: answer.headers["content-disposition"],
    bytes: bytes(),
    close: () => void answer.destroy(),
  };
}

const unreachable = (url: URL, detail: string): AppError =>
  new AppError("pull_unreachable", { host: hostOf(url), detail });

function asRefusal(url: URL, error: unknown): AppError {
  if (error instanceof AppError) return error;
  // What several addresses say at once has no words of its own.
  const words = error instanceof Error ? error.message || Reflect.get(error, "code") : error;
  return unreachable(url, String(words).slice(0, 200));
}
