/** An environment of these variables and nothing else; Next's types want NODE_ENV in every one. */
export function bareEnv(values: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.assign(Object.create(null), Object.fromEntries(given));
}
