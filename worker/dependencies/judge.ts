import type { RuntimeName } from "#contracts/bot";
import { isNodeName, isNodeRange, type PackageRequest, pythonParts, pythonSpecifier } from "#contracts/dependencies";
import { AppError } from "#contracts/errors";
import { showPath } from "#contracts/files";

/** A request as its manager may be told it: for Python the name without extras, and the whole line of a requirement. */
export type Judged = { name: string; range: string; requirement: string };

/** Takes a request as it is, or refuses it. AppError dependency_invalid. */
export function judge(
  runtime: RuntimeName,
  { name, range = "" }: Pick<PackageRequest, "name"> & { range?: string },
): Judged {
  const refused = () =>
    new AppError("dependency_invalid", {
      name: showPath(`${name}${range && ` ${range}`}`).slice(0, 120),
      example: runtime === "node" ? "discord.js ^14" : "discord.py[voice] >=2.3",
    });
  if (runtime === "node") {
    if (!isNodeName(name) || (range !== "" && !isNodeRange(range))) throw refused();
    return { name, range, requirement: "" };
  }
  const parts = pythonParts(name);
  const specifier = pythonSpecifier(range);
  if (parts === null || specifier === null) throw refused();
  return { name: parts.name, range: specifier, requirement: `${name}${specifier}` };
}
