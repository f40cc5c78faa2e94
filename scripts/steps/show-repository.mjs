import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tsImport } from "tsx/esm/api";

const code = (answer) => `console.log(${JSON.stringify(answer)});\nsetInterval(() => {}, 60_000);\n`;

/** A git server on this machine with the repository of one bot, and what is pushed to it later. */
export async function openRepository(yards) {
  const { git, makeRepository, startGitServer } = await tsImport(
    "../../worker/git/testing/git-server.ts",
    import.meta.url,
  );
  const root = join(yards, "git");
  mkdirSync(root);
  const work = join(root, "poll-party-work");
  makeRepository(root, "poll-party", (folder) => {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "poll-party", main: "index.js" }));
    writeFileSync(join(folder, "index.js"), code("First poll is open"));
  });
  const server = await startGitServer(root);
  function push(subject, text) {
    writeFileSync(join(work, "index.js"), text);
    git(work, "commit", "-q", "-am", subject);
    git(work, "push", "-q", "../poll-party.git", "HEAD:main");
  }
  return {
    caFile: server.caFile,
    /** A bot that was updated well, then badly, and has something new waiting. */
    async deploy({ cli, api }) {
      const bot = await cli([
        "create",
        "--git",
        `https://localhost:${server.port}/poll-party.git`,
        "--name",
        "Poll Party",
        "--start",
      ]);
      const path = `/bots/${bot.id}/deploys/settings`;
      const { settings } = await api("GET", path);
      await api("PUT", path, { settings: { ...settings, watchSeconds: 2 } });
      push("Count votes while a poll is open", code("Counting"));
      await cli(["deploy", bot.id]);
      push("Read the votes from the new database", 'throw new Error("No database yet");\n');
      // It is rolled back, which the command line tells by how it ends.
      await cli(["deploy", bot.id]).catch(() => {});
      push("Wait for the database before reading it", code("Waiting for the database"));
      push("Close polls after a day", code("Polls close after a day"));
      await cli(["deploys", "check", bot.id]);
      return bot;
    },
    close: server.close,
  };
}
