import type { BotId } from "#contracts/bot";
import { samePython } from "#contracts/dependencies";
import { AppError } from "#contracts/errors";
import type { Files } from "../ports/index";
import { requirementPlaces } from "../runtimes/index";
import type { Judged } from "./judge";
import type { Listing } from "./list";
import { isHashed, withoutRequirement, withRequirement } from "./requirements";

/** Puts a file back as it was, unless somebody else has changed it meanwhile. */
export type Undo = () => Promise<void>;

/**
 * Writes a requirement into the file that names it already, else into the first there is; through the jail, with the quota and the
 * history of every other edit. AppError dependency_manifest, files_over_quota and those of Files.write.
 */
export async function addRequirement(
  files: Files,
  botId: BotId,
  { name, requirement }: Judged,
  now: Listing,
  author: string,
): Promise<Undo> {
  if (now.files.includes("pyproject.toml"))
    throw new AppError("dependency_manifest", { file: "pyproject.toml", detail: "only its own tool knows how" });
  const path = now.dependencies.find((one) => sameName(one.name, name))?.file ?? now.files[0] ?? requirementPlaces[0];
  const before = now.files.includes(path) ? await textAt(files, botId, path) : { text: "", etag: null };
  if (isHashed(before.text))
    throw new AppError("dependency_manifest", { file: path, detail: "its lines carry hashes" });
  const text = withRequirement(before.text, name, requirement);
  const after = await files.write(botId, { path, text, etag: before.etag }, author);
  return async () => {
    if (before.etag === null) await files.remove(botId, [path]);
    else await files.write(botId, { path, text: before.text, etag: after.etag }, author);
  };
}

/** Takes a requirement out of the file that names it. AppError as addRequirement. */
export async function dropRequirement(
  files: Files,
  botId: BotId,
  { name }: Judged,
  now: Listing,
  author: string,
): Promise<void> {
  const path = now.dependencies.find((one) => sameName(one.name, name))?.file ?? "";
  if (path.endsWith(".toml"))
    throw new AppError("dependency_manifest", { file: path, detail: "only its own tool knows how" });
  const before = await textAt(files, botId, path);
  await files.write(botId, { path, text: withoutRequirement(before.text, name), etag: before.etag }, author);
}

const sameName = (a: string, b: string) => samePython(a) === samePython(b);

async function textAt(files: Files, botId: BotId, path: string): Promise<{ text: string; etag: string }> {
  const { text, etag } = await files.read(botId, path);
  if (text === null) throw new AppError("dependency_manifest", { file: path, detail: "it is no text" });
  return { text, etag };
}
