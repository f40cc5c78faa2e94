import { Argument, type Command as Program } from "commander";
import { complete, shells } from "../complete";
import type { Context } from "../context";

/** completion: what a shell reads; it asks this program at every press of the key. */
export function addCompletionCommand(program: Program, context: Context): void {
  const names = Object.keys(shells);
  program
    .command("completion")
    .addArgument(new Argument("<shell>").choices(names))
    .description("print what makes your shell complete commands and names")
    .addHelpText(
      "after",
      `
bash: eval "$(botyard completion bash)" in ~/.bashrc
zsh:  eval "$(botyard completion zsh)" in ~/.zshrc, behind compinit
fish: botyard completion fish > ~/.config/fish/completions/botyard.fish`,
    )
    .action((shell: keyof typeof shells) => void process.stdout.write(`${shells[shell]}\n`));
  program
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: string[]) => {
      for (const one of await complete(program, words, () => context().client)) process.stdout.write(`${one}\n`);
    });
}
