import { z } from "zod";
import { type Actor, botPermission, type Permission } from "#contracts/access";
import { type OperationMeta, onBot } from "#contracts/api/base";
import { AppError } from "#contracts/errors";
import { assertAccount, assertAdmin, assertMayCreate, assertMayOne } from "./access";

/** The bot that an input names: beside the rest, or among the parameters of the path where a body is taken as it is. */
export const botNamed = (input: unknown): string | undefined => onOneBot.safeParse(input).data;

const onOneBot = z.union([
  onBot.transform(({ botId }) => botId),
  z.object({ params: onBot }).transform(({ params }) => params.botId),
]);

/** Refuses whoever lacks the permission that an operation declares. Its verb asks again, as pages come by no gate. */
export async function assertPermitted(actor: Actor, meta: OperationMeta, input: unknown): Promise<void> {
  const permission: Permission | undefined = meta.permission;
  if (permission === "self") return;
  if (permission === "account") return void assertAccount(actor);
  if (permission === "bot:create") return void assertMayCreate(actor);
  if (permission === "admin") return assertAdmin(actor);
  const onOne = botPermission.safeParse(permission);
  if (!onOne.success) throw undeclared(meta);
  const botId = botNamed(input);
  if (botId === undefined) throw new AppError("not_found", { what: "bot" });
  await assertMayOne(actor, [onOne.data, ...(meta.instead ?? [])], botId);
}

/** The refusal of an operation that declares no permission that anything knows: the default is no. */
export const undeclared = (meta: OperationMeta) =>
  new AppError("not_allowed", { permission: meta.permission ?? "undeclared" });
