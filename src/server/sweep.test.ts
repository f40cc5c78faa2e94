import { afterAll, beforeAll, expect, test } from "vitest";
import { sweep } from "./sweep";
import { openTestPanel, type TestPanel } from "./testing/panel";

let panel: TestPanel;
beforeAll(async () => {
  panel = await openTestPanel();
});
afterAll(() => panel?.close());

const HOUR = 3_600_000;

test("what has run out is removed, however much it is, and nothing that still holds", async () => {
  const { db } = panel;
  const { id: userId } = await panel.person("ada");
  const [gone, soon] = [new Date(Date.now() - 1), new Date(Date.now() + HOUR)];
  for (const [id, expiresAt] of [
    ["gone", gone],
    ["soon", soon],
  ] as const) {
    await db.session.create({ data: { id, userId, via: "password", address: "", userAgent: "", expiresAt } });
    await db.pending.create({ data: { id, kind: "discord", expiresAt } });
  }
  await db.$executeRaw`
    INSERT INTO "Pending" ("id", "kind", "expiresAt") SELECT 'many' || n, 'discord', ${gone} FROM generate_series(1, 5001) AS n`;
  for (const [key, ago] of [
    ["gone", 25 * HOUR],
    ["soon", 23 * HOUR],
  ] as const) {
    const at = new Date(Date.now() - ago);
    await db.idempotentAnswer.create({ data: { owner: "person:x", key, fingerprint: "", createdAt: at } });
    await db.signInThrottle.create({ data: { key, failures: 1, firstAt: at } });
    await db.auditEntry.create({ data: { actorKind: "person", actorName: key, address: "", action: "x", at } });
  }
  const first = await sweep();
  expect(first).toEqual({ Session: 1, Pending: 5_002, IdempotentAnswer: 1, SignInThrottle: 1, AuditEntry: 0 });
  expect(Object.values(await sweep())).toEqual([0, 0, 0, 0, 0]);
  expect(await db.session.findUnique({ where: { id: "gone" } })).toBeNull();
  const kept = await Promise.all([
    db.session.count({ where: { id: "soon" } }),
    db.pending.count(),
    db.idempotentAnswer.count({ where: { key: "soon" } }),
    db.signInThrottle.count({ where: { key: "soon" } }),
  ]);
  expect(kept).toEqual([1, 1, 1, 1]);
});
