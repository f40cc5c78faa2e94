import { createBan, listBans, removeBan } from "../bans";
import { signedIn } from "../gate";
import { readLimits, readOwnLimits, setPanelLimits } from "../limits";
import { deleteUser } from "../users/delete";
import {
  disableUser,
  enableUser,
  getUser,
  listUsers,
  revokeUserKey,
  setLimits,
  setRole,
  updateUser,
} from "../users/index";
import { done } from "./answer";

const { users, limits, bans } = signedIn;

export const userRoutes = {
  list: users.list.handler(({ context, input }) => listUsers(context.actor, input)),
  get: users.get.handler(({ context, input }) => getUser(context.actor, input.userId)),
  update: users.update.handler(({ context, input }) => updateUser(context.actor, input)),
  disable: users.disable.handler(({ context, input }) => disableUser(context.actor, input.userId)),
  enable: users.enable.handler(({ context, input }) => enableUser(context.actor, input.userId)),
  setRole: users.setRole.handler(({ context, input }) => setRole(context.actor, input)),
  setLimits: users.setLimits.handler(({ context, input }) => setLimits(context.actor, input.userId, input.limits)),
  delete: users.delete.handler(({ context, input }) => deleteUser(context.actor, input.userId, input.botsTo)),
  revokeKey: users.revokeKey.handler(({ context, input }) =>
    done(revokeUserKey(context.actor, input.userId, input.keyId)),
  ),
};

export const limitRoutes = {
  own: limits.own.handler(({ context }) => readOwnLimits(context.actor)),
  get: limits.get.handler(({ context }) => readLimits(context.actor)),
  set: limits.set.handler(({ context, input }) => setPanelLimits(context.actor, input)),
};

export const banRoutes = {
  list: bans.list.handler(({ context }) => listBans(context.actor)),
  create: bans.create.handler(({ context, input }) => createBan(context.actor, input)),
  remove: bans.remove.handler(({ context, input }) => done(removeBan(context.actor, input.banId))),
};
