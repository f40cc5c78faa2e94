/** Prints a line, taking an unfinished step's line away first. */
export function say(line) {
  clear();
  console.log(line);
}

/**
 * Shows a long step: on a terminal one line whose seconds count up, elsewhere a line at the start, a sign of life every
 * 20 s, and one at the end.
 */
export async function step(title, work) {
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
  const terminal = process.stdout.isTTY === true;
  const draw = () => {
    clear();
    process.stdout.write(`… ${title} ${Math.floor(Number(seconds()))} s`);
    drawn = true;
  };
  if (terminal) draw();
  else console.log(`… ${title}`);
  const ticking = setInterval(
    () => (terminal ? draw() : console.log(`… ${title} (${Math.floor(Number(seconds()))} s so far)`)),
    terminal ? 1_000 : 20_000,
  );
  ticking.unref();
  try {
    const result = await work();
    say(`✓ ${title} (${seconds()} s)`);
    return result;
  } catch (error) {
    say(`✗ ${title} (${seconds()} s)`);
    throw error;
  } finally {
    clearInterval(ticking);
  }
}

let drawn = false;

function clear() {
  if (drawn) process.stdout.write("\r\u001b[K");
  drawn = false;
}
