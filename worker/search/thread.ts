import { parentPort } from "node:worker_threads";
import { AppError } from "#contracts/errors";
import { searchLines } from "../files/search/lines";
import { findNames } from "../files/search/names";
import { findTokens } from "../files/search/tokens";
import { searchLogSlice } from "../logs/search-slice";
import {
  type SearchAnswer,
  type SearchFound,
  type SearchJob,
  type SearchKind,
  searchAsked,
  searchKinds,
} from "./kinds";

/*
 * The thread that searches, so that the worker's own goes on meanwhile. One slice at a time, each by itself: it reads what is on the
 * disk, writes nothing, and may be ended at any moment.
 */

type Slices = {
  [Kind in SearchKind]: (job: SearchJob<Kind>, budgetMs: number) => Promise<SearchFound<Kind>>;
};
const slices: Slices = {
  log: searchLogSlice,
  fileLines: searchLines,
  fileNames: findNames,
  fileTokens: findTokens,
};

function slice<Kind extends SearchKind>(kind: Kind, job: unknown, budgetMs: number): Promise<SearchFound<Kind>> {
  // The table gives a union of schemas for a kind that is only known as a type.
  return slices[kind](searchKinds[kind].job.parse(job) as SearchJob<Kind>, budgetMs);
}

async function answer(asked: unknown): Promise<SearchAnswer> {
  const { id, kind, job, budgetMs } = searchAsked.parse(asked);
  try {
    return { id, found: { ...(await slice(kind, job, budgetMs)) } };
  } catch (error) {
    if (error instanceof AppError) return { id, refused: { code: error.code, values: error.values } };
    return { id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on("message", (asked: unknown) => {
  void answer(asked).then((answered) => parentPort?.postMessage(answered));
});
