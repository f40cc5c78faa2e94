import { posix } from "node:path";
import { lineOf, type Source, type Tree, walk } from "./sources";

/** Which room may import which; the picture is in ARCHITECTURE.md. */
export const mayImport = {
  contracts: [],
  prisma: ["contracts"],
  server: ["contracts", "prisma"],
  client: ["contracts"],
  components: ["client", "contracts"],
  app: ["server", "components", "client", "contracts"],
  worker: ["contracts", "prisma"],
  cli: ["contracts"],
  launcher: ["contracts", "prisma"],
} as const satisfies Record<string, readonly string[]>;
type Room = keyof typeof mayImport;

const isRoom = (name: string | undefined): name is Room => name !== undefined && Object.hasOwn(mayImport, name);

/** Packages that contracts may use: it is read by every other room, so it stays light. */
const contractPackages = ["zod", "@orpc/contract"];

/** The room of a path; `src/x.ts` itself (instrumentation, proxy) counts as app. */
export function roomOf(path: string): Room | null {
  const [first, second] = path.split("/");
  if (first !== "src") return isRoom(first) ? first : null;
  return isRoom(second) ? second : "app";
}

const isTest = (path: string): boolean => /\.test\.tsx?$|\/testing\//.test(path);

/** Everything that breaks the table, as `file:line: what`. Tests of a room may also use tests/support. */
export function importOffences(files: readonly Source[]): string[] {
  const offences: string[] = [];
  for (const file of files) {
    const room = roomOf(file.path);
    if (!room) continue;
    walk(file, (node) => {
      const target = importedBy(node);
      if (target === null) return;
      const wrong = judge(file.path, room, target);
      if (wrong) offences.push(`${file.path}:${lineOf(file.text, node.start)}: ${wrong}`);
    });
  }
  return offences;
}

function importedBy(node: Tree): string | null {
  const imports = [
    "ImportDeclaration",
    "ExportNamedDeclaration",
    "ExportAllDeclaration",
    "ImportExpression",
    "TSImportType",
  ];
  if (!imports.includes(node.type)) return null;
  const source = node.source;
  return typeof source === "object" && source !== null && "value" in source && typeof source.value === "string"
    ? source.value
    : null;
}

function judge(path: string, room: Room, target: string): string | null {
  if (target.startsWith(".")) {
    const place = posix.join(posix.dirname(path), target);
    if (isTest(path) && place.startsWith("tests/")) return null;
    return roomOf(place) === room ? null : `relative import of ${target} leaves ${room}`;
  }
  if (target.startsWith("#")) {
    const other = target.slice(1).split("/")[0];
    if (!isRoom(other)) return `${target} names no room`;
    if (other === room) return `${target} is of the same room: import it by relative path`;
    if (isTest(path)) return null;
    const allowed: readonly string[] = mayImport[room];
    return allowed.includes(other) ? null : `${room} may not import ${other} (${target})`;
  }
  if (room === "contracts" && !isTest(path) && !contractPackages.includes(target))
    return `contracts may not use ${target}`;
  return null;
}

/** Where process.env is read although the file is not an env.ts. Next's own NEXT_RUNTIME and NODE_ENV are replaced when built. */
export function envOffences(files: readonly Source[]): string[] {
  const offences: string[] = [];
  for (const file of files) {
    if (!roomOf(file.path) || isTest(file.path) || /(^|\/)env\.ts$/.test(file.path) || file.path === "prisma/db.ts")
      continue;
    walk(file, (node, parent) => {
      if (node.type !== "MemberExpression" || nameOf(node.object) !== "process" || nameOf(node.property) !== "env")
        return;
      if (parent && ["NEXT_RUNTIME", "NODE_ENV"].includes(nameOf(parent.property) ?? "")) return;
      offences.push(`${file.path}:${lineOf(file.text, node.start)}: reads process.env`);
    });
  }
  return offences;
}

const nameOf = (node: unknown): string | null =>
  typeof node === "object" && node !== null && "name" in node && typeof node.name === "string" ? node.name : null;
