/*
 * Runs the launcher of a program folder, as npm start and npm stop do once all is built: `launch.mjs <folder> run|stop`. Under
 * another program folder than the project's own, so that a build of the project in between changes nothing.
 */
const [folder, what] = process.argv.slice(2);
const launcher = await import(`${folder}/dist/launcher.mjs`);
const say = (line) => console.log(line);
const step = async (title, work) => {
  say(`… ${title}`);
  return work();
};

let panel;
try {
  if (what === "stop") await launcher.stop(folder, { say, step }, async () => "stop");
  else {
    panel = await launcher.prepare(folder);
    await panel.run({ say, step });
  }
} catch (error) {
  process.exitCode = 1;
  console.error(launcher.isExpected(error) ? error.message : error);
} finally {
  panel?.release();
}
process.exit();
