import { createHash } from "node:crypto";
import { type BotDefinition, PANEL_TOKEN, TOKEN_KEY } from "#contracts/bot";
import { AppError } from "#contracts/errors";
import type { Unseal } from "./unseal";

/** Names that are the panel's own, whatever a definition says. */
const ours = new Set(["PATH", "HOME", "PWD"]);

/** A bot's own variables in the clear. They live in memory for the length of a launch and go nowhere else. */
export function ownValues(definition: BotDefinition, unseal: Unseal): Record<string, string> {
  const own: Record<string, string> = {};
  for (const { key, secret, value } of definition.env) {
    if (ours.has(key) || key.startsWith("BOTYARD_")) continue;
    own[key] = secret ? unseal(definition.id, key, value) : value;
  }
  return own;
}

/** Where a bot finds the panel and what it shows there, if it may. */
export function panelValues({ id, panelToken }: BotDefinition, url: string, unseal: Unseal): Record<string, string> {
  return panelToken === undefined ? {} : { BOTYARD_URL: url, [PANEL_TOKEN]: unseal(id, PANEL_TOKEN, panelToken) };
}

/** The values of a bot's secret variables, for whoever must keep them out of sight. One that cannot be opened is left out. */
export function secretValues({ id, env, panelToken }: BotDefinition, unseal: Unseal): string[] {
  const secrets = env.flatMap(({ key, secret, value }) => (secret ? [{ key, value }] : []));
  if (panelToken !== undefined) secrets.push({ key: PANEL_TOKEN, value: panelToken });
  return secrets.flatMap(({ key, value }) => {
    try {
      return [unseal(id, key, value)];
    } catch {
      return []; // Sealed with another key: no bot can have it either.
    }
  });
}

/** A bot's variables in the clear, or the one named. AppError not_found, env_sealed_elsewhere. */
export function revealed(definition: BotDefinition, unseal: Unseal, key?: string): Record<string, string> {
  const asked = definition.env.filter((one) => key === undefined || one.key === key);
  if (key !== undefined && asked.length === 0) throw new AppError("not_found", { what: "variable" });
  try {
    return Object.fromEntries(
      asked.map(({ key, secret, value }) => [key, secret ? unseal(definition.id, key, value) : value]),
    );
  } catch {
    throw new AppError("env_sealed_elsewhere");
  }
}

/** Tells one environment from another without saying what is in it; saving a secret anew makes another. */
export function environmentName(definition: BotDefinition): string {
  const known = environmentNames.get(definition);
  if (known !== undefined) return known;
  const rows = definition.env.map(({ key, secret, value }) => JSON.stringify([key, secret, value])).sort();
  if (definition.panelToken !== undefined) rows.push(definition.panelToken);
  const name = createHash("sha256").update(rows.join("\n")).digest("hex");
  environmentNames.set(definition, name);
  return name;
}
// Asked with every look at a running bot; a definition never changes, another takes its place.
const environmentNames = new WeakMap<BotDefinition, string>();

/** Asked of the system once: it is the worker's own, which does not change while it lives, and costs far more to ask than to keep. */
let zone: string | undefined;
const timeZone = () => (zone ??= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC");

/**
 * The whole environment of a child, built from nothing: what the runtime needs, a language and a time zone, and the
 * bot's own values, which win over all but the panel's own names.
 */
export function buildEnvironment(
  runtime: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return { LANG: "C.UTF-8", TZ: timeZone(), ...runtime, ...own };
}

/** Names a Discord token without giving it away: SHA-256, hex. Undefined when the bot has none. */
export function tokenName(own: Readonly<Record<string, string>>): string | undefined {
  const token = own[TOKEN_KEY]?.trim().replace(/^Bot /, "");
  return token ? createHash("sha256").update(token).digest("hex") : undefined;
}
