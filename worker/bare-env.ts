/**
 * An environment made of these values and nothing else. Next's types want NODE_ENV in every environment; a child of
 * ours must not get it from us.
 */
export function bareEnv(values: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return Object.assign(Object.create(null), values);
}
