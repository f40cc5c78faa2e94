import { expect, test } from "vitest";
import { languageOf } from "./language";

test.each([
  ["index.js", "javascript"],
  ["src/bot.test.MJS", "javascript"],
  ["app.tsx", "typescript"],
  ["main.py", "python"],
  ["package.json", "json"],
  ["package-lock.json", "json"],
  ["pnpm-lock.yaml", "yaml"],
  ["yarn.lock", "yaml"],
  ["poetry.lock", "ini"],
  ["pyproject.toml", "ini"],
  [".env", "ini"],
  [".env.production", "ini"],
  ["Dockerfile", "dockerfile"],
  ["Dockerfile.dev", "dockerfile"],
  ["Procfile", "yaml"],
  ["README.md", "markdown"],
  ["run.sh", "shell"],
  [".npmrc", "ini"],
  ["LICENSE", "plaintext"],
  ["data.constructor", "plaintext"],
  ["constructor", "plaintext"],
  ["js", "plaintext"],
])("%s is read as %s", (name, language) => {
  expect(languageOf(name)).toBe(language);
});
