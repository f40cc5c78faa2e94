/** What is used of it here; its own types lie in a package of their own. */
declare module "semver" {
  export function satisfies(
    version: string,
    range: string,
    options?: { loose?: boolean; includePrerelease?: boolean },
  ): boolean;
  export function validRange(range: string, options?: { loose?: boolean }): string | null;
}
