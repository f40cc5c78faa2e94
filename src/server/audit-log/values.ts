import type { BotPermission } from "#contracts/access";

/** What somebody must be allowed, to be told the values in entries of a kind: what they are told when they look at the thing itself. */
const asks: Readonly<Record<string, BotPermission>> = {
  env: "env:read",
  deploy: "deploy:settings",
  member: "member:read",
  invite: "member:read",
};
const VALUES = ["changes", "permissions", "hiddenPaths", "before"];

type Detail = Readonly<Record<string, unknown>>;

/** What is told of entries to somebody with these permissions: that something was set, and to what only where they may see that. */
export const valuesSeen =
  (permissions: readonly BotPermission[]) =>
  (action: string, detail: Detail): Detail => {
    const asked = asks[action.slice(0, action.indexOf("."))];
    if (asked === undefined || permissions.includes(asked)) return detail;
    return Object.fromEntries(Object.entries(detail).filter(([key]) => !VALUES.includes(key)));
  };
