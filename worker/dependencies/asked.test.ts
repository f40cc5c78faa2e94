import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { askedByPackage, askedByProject, askedByRequirements, includesOf } from "./asked";
import { satisfies } from "./pep440";
import { isUnreachable, readOutdated, readVulnerable } from "./report";
import { withoutRequirement, withRequirement } from "./requirements";

const short = (all: ReturnType<typeof askedByPackage>) =>
  all.map(({ name, wanted, group }) => `${name} ${wanted} ${group}`);

test("a package.json, a requirements file and a pyproject.toml of every kind", () => {
  const text = JSON.stringify({
    dependencies: { "discord.js": "^14", odd: 7, opt: "1" },
    devDependencies: { typescript: "5" },
  });
  expect(short(askedByPackage(text, "package.json"))).toEqual(["typescript 5 dev"]);
  expect(
    short(askedByPackage(JSON.stringify({ dependencies: { a: "1" }, optionalDependencies: { a: "1", b: "2" } }), "x")),
  ).toEqual(["a 1 optional", "b 2 optional"]);
  expect(() => askedByPackage("{", "package.json")).toThrow();
  const lines = [
    "# all",
    "discord.py[voice] >= 2.3, < 3  # the library",
    "-r base.txt",
    "--index-url https://i.example",
    "git+https://g.example/x.git",
    "./local.whl",
    "https://h.example/x.zip",
    "aiohttp",
    'uvloop; sys_platform != "win32"',
    "named @ https://h.example/named.whl",
    "pinned==1.0 \\",
    "    --hash=sha256:00",
  ];
  expect(short(askedByRequirements(lines.join("\n"), "requirements.txt"))).toEqual([
    "discord.py [voice]>= 2.3, < 3 main",
    "aiohttp  main",
    "uvloop  main",
    "named @ https://h.example/named.whl main",
    "pinned ==1.0 main",
  ]);
  expect(includesOf("-r a.txt\n--requirement=b.txt\n -c no.txt\n#-r no.txt")).toEqual(["a.txt", "b.txt"]);
  expect(short(askedByRequirements("pytest", "requirements-dev.txt"))).toEqual(["pytest  dev"]);
  const project = `[project]\nname = "x"\ndependencies = ["hikari>=2"]\n[project.optional-dependencies]\nfast = ["uvloop"]
[dependency-groups]\ndev = ["ruff", { include-group = "x" }]\n[tool.poetry.dependencies]\npython = "^3.11"\nold = "^1.0"\n`;
  expect(short(askedByProject(project, "pyproject.toml"))).toEqual([
    "hikari >=2 main",
    "uvloop  optional",
    "ruff  dev",
    "old ^1.0 main",
  ]);
  expect(() => askedByProject("[project", "pyproject.toml")).toThrow();
});

describe("what somebody wrote to keep the worker busy is read once and no more", () => {
  // Each took minutes, or longer than anybody would wait: a test that hangs is a test that fails.
  const many = 1_000_000;
  test("spaces, empty lines and lines without end", () => {
    const spaces = " ".repeat(many);
    expect(
      askedByRequirements(`a${spaces}x\nb${spaces}==1${spaces}\nc${"x".repeat(many)}`, "f").map(
        ({ name, wanted }) => name + wanted,
      ),
    ).toEqual(["b==1"]);
    expect(includesOf(`${"\n".repeat(many)}-r a.txt`)).toEqual(["a.txt"]);
    expect(withRequirement(`a${spaces}`, "a", "a==1")).toBe("a==1");
  });
  test("a package.json that asks for everything there is", () => {
    const dependencies = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`a${at}`, ""]));
    expect(askedByPackage(JSON.stringify({ dependencies }), "package.json")).toHaveLength(100_000);
  });
});

describe("a requirements file changes by one line", () => {
  const text = "# mine\r\nDiscord.py==2.0  # keep\r\nother==1 \\\r\n  --hash=sha256:0\r\nlast";
  test("in its place, at the end, and gone", () => {
    expect(withRequirement(text, "discord-py", "discord.py>=2.4")).toContain("\ndiscord.py>=2.4  # keep\r\nother");
    expect(withRequirement(text, "new", "new")).toBe(`${text}\r\nnew\r\n`);
    expect(withRequirement("", "new", "new==1")).toBe("new==1\n");
    expect(withoutRequirement(text, "OTHER")).toBe("# mine\r\nDiscord.py==2.0  # keep\r\nlast");
    expect(withoutRequirement(text, "nothing")).toBe(text);
  });
});

test("versions of Python packages are compared as pip compares them", () => {
  const versions =
    "1 1.0 1.0.1 1.1 1.10 2.0a1 2.0b2 2.0rc1 2.0.dev3 2.0 2.0.post1 2.0+local 1!0.1 v1.2 1.0-1 2.0a1.dev1".split(" ");
  const ranges =
    "==1.0 ==1.* !=1.0 !=1.* >=1.1 <=1.1 >1.0 <2.0 ~=1.0 ~=1.0.1 ===1.0 >=2.0a1 >2.0 <2.0.post1 ==2.0 ==2.0+local >=1,<2 <2.0rc1 ~=2.0a1".split(
      " ",
    );
  const script = `import json, sys
from pip._vendor.packaging.specifiers import SpecifierSet
versions, ranges = json.load(sys.stdin)
print(json.dumps([[SpecifierSet(r).contains(v, prereleases=True) for r in ranges] for v in versions]))`;
  const theirs = ask(script, [versions, ranges]);
  const ours = versions.map((version) => ranges.map((range) => satisfies(version, range)));
  expect(ours).toEqual(theirs);
  expect(satisfies("one", ">=1")).toBeNull();
  expect(satisfies("1", "^1")).toBeNull();
});

function ask(script: string, input: unknown): unknown {
  return JSON.parse(execFileSync("python3", ["-c", script], { input: JSON.stringify(input), encoding: "utf8" }));
}

test("what package managers answer is read; what they could not say is never taken for nothing", () => {
  const err = "";
  const pnpm = { out: '{"a":{"current":"1.0.0","latest":"2.0.0","wanted":"1.2.0","isDeprecated":false}}', err };
  expect(readOutdated("pnpm", pnpm)).toEqual([{ name: "a", current: "1.0.0", wanted: "1.2.0", latest: "2.0.0" }]);
  expect(readOutdated("npm", { out: "", err })).toEqual([]);
  expect(readOutdated("npm", { out: '{"error":{"code":"ENOTFOUND","summary":"x"}}', err })).toBeNull();
  expect(readVulnerable("npm", { out: '{"message":"405","error":{"summary":""}}', err })).toBeNull();
  const yarn = [
    '{"type":"info","data":"Color legend"}',
    '{"type":"table","data":{"head":["Package"],"body":[["a","1.0.0","1.1.0","2.0.0","dependencies",""]]}}',
  ].join("\n");
  expect(readOutdated("yarn", { out: yarn, err })).toEqual([
    { name: "a", current: "1.0.0", wanted: "1.1.0", latest: "2.0.0" },
  ]);
  expect(readOutdated("yarn", { out: "", err: "error Couldn't find" })).toBeNull();
  const advisory = {
    module_name: "a",
    severity: "high",
    title: "T",
    vulnerable_versions: "<2",
    patched_versions: "<0.0.0",
  };
  const told = [{ name: "a", severity: "high", title: "T", range: "<2", fixed: false }];
  const line = JSON.stringify({ type: "auditAdvisory", data: { advisory } });
  expect(readVulnerable("yarn", { out: `${line}\n${line}\n{"type":"auditSummary","data":{}}`, err })).toEqual(told);
  expect(readVulnerable("pnpm", { out: JSON.stringify({ advisories: { 1: advisory } }), err })).toEqual(told);
  const berry = JSON.stringify({ value: "a", children: { Issue: "T", Severity: "high", "Vulnerable Versions": "<2" } });
  expect(readVulnerable("yarn", { out: berry, err })).toMatchObject([{ name: "a", title: "T", range: "<2" }]);
  expect(readOutdated("pip", { out: "[]", err: "WARNING: Retrying (…) after connection broken by 'x'" })).toBeNull();
  expect(isUnreachable("npm error code ECONNREFUSED")).toBe(true);
  expect(isUnreachable("404 Not Found")).toBe(false);
});
