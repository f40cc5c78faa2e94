import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

/** What the web's build is made of, beside the port that is baked in. The other programs are bundled every time: 60 ms. */
const folders = ["contracts", "prisma", "src"];
const files = [
  "package.json",
  "package-lock.json",
  "next.config.mjs",
  "postcss.config.mjs",
  "tsconfig.json",
  "tsconfig.next.json",
];

const built = join(root, "dist/stamp");

function* filesUnder(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      // Generated from the schema, which is in here too.
      if (path !== "prisma/generated" && entry.name !== "testing") yield* filesUnder(path);
    } else if (!/\.test\.[a-z]+$/.test(entry.name)) yield path;
  }
}

/** A hash of all that the web's build depends on: contents, not times, which a checkout sets as it likes. */
export function sourceStamp(gatewayPort) {
  const hash = createHash("sha256").update(`gateway ${gatewayPort} node ${process.versions.node.split(".")[0]}\n`);
  const every = [...folders.flatMap((folder) => [...filesUnder(folder)]), ...files].sort();
  for (const path of every) {
    if (!existsSync(join(root, path))) continue;
    const content = readFileSync(join(root, path));
    hash.update(`${path} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/** Whether the web's build at hand is of exactly these sources. */
export const isBuilt = (stamp) =>
  existsSync(built) && readFileSync(built, "utf8").trim() === stamp && existsSync(join(root, ".next/BUILD_ID"));

export function markBuilt(stamp) {
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(built, `${stamp}\n`);
}
