import { plain } from "./output";
import { cutTo } from "./width";

/** What a whole screen shows, and what happens at it. */
export type Shown = {
  lines(): readonly string[];
  key(key: string): void;
  /** The terminal is gone, or somebody ends the program. */
  end(): void;
};

/** Takes the terminal's second screen, so that what stood there is there again afterwards, however the program ends. */
export function openScreen({ lines, key, end }: Shown): { draw(): void; close(): void } {
  const { stdin, stdout } = process;
  function draw(): void {
    const { rows = 24, columns = 80 } = stdout;
    const all = lines();
    const room = rows - 1;
    const fits = all.length <= room ? all : [...all.slice(0, room - 1), `… ${all.length - room + 1} more`];
    stdout.write(`\u001b[H${fits.map((line) => `${cutTo(plain(line), columns)}\u001b[K`).join("\n")}\u001b[J`);
  }
  const onKeys = (typed: Buffer) => {
    for (const one of typed.toString("utf8")) key(one);
    draw();
  };
  const signals = ["SIGTERM", "SIGHUP"] as const;
  stdout.write("\u001b[?1049h\u001b[?25l");
  stdout.on("resize", draw);
  stdin.setRawMode(true).resume().on("data", onKeys).once("end", end);
  for (const signal of signals) process.once(signal, end);
  return {
    draw,
    close() {
      for (const signal of signals) process.off(signal, end);
      stdin.off("data", onKeys).off("end", end).pause().setRawMode(false);
      stdout.off("resize", draw);
      stdout.write("\u001b[?25h\u001b[?1049l");
    },
  };
}
