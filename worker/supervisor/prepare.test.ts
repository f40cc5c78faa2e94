import { expect, test } from "vitest";
import { tellingLine } from "./prepare";

test.each([
  [
    [
      "npm error code EUNSUPPORTEDPROTOCOL",
      'npm error Unsupported URL Type "workspace:": workspace:*',
      "npm error A complete log of this run can be found in: /x/y.log",
      "/usr/bin/node ended with code 1.",
    ],
    'Unsupported URL Type "workspace:": workspace:*',
  ],
  [
    ["ERROR: No matching distribution found for nosuch==9", "", "/venv/bin/python ended with code 1."],
    "ERROR: No matching distribution found for nosuch==9",
  ],
  [["it just stopped", "  "], "it just stopped"],
  [[], ""],
])("of the last lines %j the telling one is %j", (lines, telling) => {
  expect(tellingLine(lines)).toBe(telling);
});
