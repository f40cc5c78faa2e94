/*
 * Says in one sentence that Node is too old. The scripts import this before anything else, and it is written in what
 * Node 12 understands: an old Node must reach the sentence instead of a syntax error.
 */
const OLDEST = "20.19.0";

/** The sentence, or an empty text when this Node will do. */
export function complaint(version) {
  const [have, need] = [version, OLDEST].map((text) => text.split(".").map(Number));
  const first = need.findIndex((part, index) => part !== have[index]);
  if (first === -1 || have[first] > need[first]) return "";
  return `Botyard needs Node ${OLDEST} or newer, and this is ${version}: install a newer one from https://nodejs.org or your distribution.`;
}

/** Loads a script's work only on a Node that can run it. */
export function onSupportedNode(load) {
  const sentence = complaint(process.versions.node);
  if (!sentence) return load().then((script) => script.main());
  console.error(sentence);
  process.exitCode = 1;
  return Promise.resolve();
}
