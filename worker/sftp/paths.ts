import { partsOf, pathOf, unsafe } from "../files/path";

/*
 * Paths as SFTP clients name them: from "/", which is the bot's folder, whether they begin with it or not. "." and ".." are what clients
 * make of `cd ..`; they are worked out part by part before anything is looked at, and never lead above the bot's folder.
 */

function resolve(path: string, above: () => void): string[] {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) above();
  }
  return parts;
}

/** A client's path as the rest of the panel names it. AppError path_unsafe for one that is no text, leads up, or is no path. */
export function pathFrom(path: string | undefined): string {
  if (path === undefined) throw unsafe("", "encoding");
  const parts = resolve(path, () => {
    throw unsafe(path, "up");
  });
  return pathOf(partsOf(pathOf(parts)));
}

/** What a client's path comes to, from "/"; where nothing is above, `..` stays there. AppError path_unsafe. */
export function realPath(path: string | undefined): string {
  if (path === undefined) throw unsafe("", "encoding");
  return `/${pathOf(partsOf(pathOf(resolve(path, () => {}))))}`;
}
