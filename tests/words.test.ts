import { expect, test } from "vitest";
import { lineOf, type Source, sources, type Tree, walk } from "./support/sources";

const spoken = [
  "aria-label",
  "aria-description",
  "placeholder",
  "title",
  "alt",
  "label",
  "description",
  "heading",
  "hint",
];

/** Texts that stand in a component instead of the catalogue: JSX text, and the attributes that people read or hear. */
function strayTexts(file: Source): string[] {
  const found: string[] = [];
  const note = (node: Tree, text: unknown) => {
    // One letter alone (×, a unit) or no letter at all is a sign, not a text.
    if (typeof text !== "string" || !/\p{L}{2,}/u.test(text)) return;
    found.push(`${file.path}:${lineOf(file.text, node.start)}: ${text.trim().slice(0, 60)}`);
  };
  walk(file, (node, parent) => {
    if (node.type === "JSXText") note(node, node.value);
    if (node.type === "Literal" && parent?.type === "JSXExpressionContainer")
      note(node, insideElement(file, parent) ? node.value : null);
    if (node.type === "JSXAttribute" && spoken.includes(name(node.name))) note(node, literal(node.value));
    if (node.type === "CallExpression" && /^toast(\.|$)/.test(name(node.callee)) && Array.isArray(node.arguments))
      note(node, literal(node.arguments[0]));
  });
  return found;
}

const field = (node: unknown, key: string): unknown =>
  typeof node === "object" && node !== null && key in node ? Reflect.get(node, key) : undefined;
const name = (node: unknown): string => {
  const own = field(node, "name");
  return typeof own === "string"
    ? own
    : field(node, "object")
      ? `${name(field(node, "object"))}.${name(field(node, "property"))}`
      : "";
};
const literal = (node: unknown): unknown => field(node, "value") ?? field(field(node, "expression"), "value");
// `{"text"}` between tags, not `attribute={"value"}`.
const insideElement = ({ text }: Source, container: Tree): boolean => text[container.start - 1] !== "=";

test("no text is written into a component", () => {
  const files = sources("src/components", "src/app").filter(
    (file) => file.path.endsWith(".tsx") && !file.path.endsWith(".test.tsx"),
  );
  expect(files.length).toBeGreaterThan(40);
  expect(files.flatMap(strayTexts)).toEqual([]);
});

test.each([
  ["<p>Hello there</p>"],
  ['<button aria-label="Close">×</button>'],
  ['<p>{"Hello"}</p>'],
  ['<input placeholder={"Name"} />'],
])("a stray text is found: %s", (jsx) => {
  expect(strayTexts({ path: "src/components/x.tsx", text: `export const X = () => ${jsx};` })).toHaveLength(1);
});

test("signs and catalogue texts are none", () => {
  const text = 'export const X = ({ t }) => <p className="flex" aria-label={t("close")}>{t("a.b")} · {1} %</p>;';
  expect(strayTexts({ path: "src/components/x.tsx", text })).toEqual([]);
});
