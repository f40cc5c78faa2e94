import { readFileSync } from "node:fs";
import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** Prints what was on the page when a step failed, and what the panel said: where it failed may be a machine whose files nobody gets to see. */
export default class Why implements Reporter {
  printsToStdio(): boolean {
    return false;
  }

  onTestEnd(_step: TestCase, { attachments }: TestResult): void {
    // It stands there once for each of a step's errors.
    const account = attachments.find(({ name, path }) => name === "error-context" && path)?.path;
    if (account) print("on the page", pageOf(readFileSync(account, "utf8")));
    for (const { name, body } of attachments) if (name.endsWith(".log") && body) print(name, body.toString());
  }
}

const print = (title: string, text: string) => process.stdout.write(`\n--- ${title}\n${text.trim()}\n---\n`);

/** The part of Playwright's account of a failure that tells what was on the page. */
const pageOf = (account: string): string => /```yaml\n([\s\S]*?)```/.exec(account)?.[1]?.slice(0, 6_000) ?? "";
