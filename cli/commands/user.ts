import type { Command as Program } from "commander";
import type { Context } from "../context";
import { readAccess } from "../env";

/** user reset: so that nobody is locked out. */
export function addUserCommands(program: Program, context: Context): void {
  const user = program.command("user").description("everybody's accounts (admins)");
  user
    .command("reset")
    .argument("<e-mail>", "whose password was lost")
    .option("--disable-2fa", "switch off their two-factor sign-in too, when the link is used")
    .description("create a one-time link that sets a new password, for 15 minutes; on the panel's own machine only")
    .action(async (email: string, options: { disable2fa?: boolean }) => {
      const { client, output } = context();
      const made = await client.signIn.makeReset({ email, disableTwoFactor: options.disable2fa === true });
      const link = `${made.panelUrl ?? readAccess().url}/reset#${made.code}`;
      output.result({ email, name: made.name, link, minutes: made.minutes }, (one) => [
        `${one.name} opens this within ${one.minutes} minutes and sets a new password:`,
        one.link,
      ]);
    });
}
