import { expect, test } from "vitest";
import { z } from "zod";
import { idOf } from "./testing/panel";
import { codeOf, none, openPeople } from "./testing/people";

/* How many bots, and how much memory and disk, somebody may have. */

const { world, person, as, ask, view, ready, make } = openPeople();

test("everybody sees what their bots are, and what they may be", async () => {
  const ada = await person();
  await ask("PUT", `/users/${ada.id}/limits`, { limits: { ...none, memoryMb: 900 } });
  await world.panel.bot(ada, "one");
  const { body } = await as(ada.asker, "GET", "/me/limits");
  expect(body).toEqual({ bounds: { ...none, memoryMb: 900 }, usage: { bots: 1, memoryMb: 512, diskMb: 0 } });
});

test("fifty bots at once at a limit of one make one, and whoever is full is told before", async () => {
  const ada = await person();
  const imports = await Promise.all(Array.from({ length: 50 }, () => ready(ada)));
  await ask("PUT", `/users/${ada.id}/limits`, { limits: { ...none, bots: 1 } });
  const answers = await Promise.all(imports.map((id, index) => make(ada, id, `bot ${index}`)));
  const codes = answers.map(codeOf);
  expect(codes.filter((one) => one === "done")).toHaveLength(1);
  expect(codes.filter((one) => one === "limit_bots")).toHaveLength(49);
  expect(await world.panel.db.bot.count({ where: { ownerId: ada.id } })).toBe(1);
  const known = [...world.panel.worker.definitions.values()].filter(({ name }) => /^bot \d+$/.test(name));
  expect(known).toHaveLength(1);
  for (const kind of [
    { kind: "template", template: "demo-js" },
    { kind: "git", url: "https://git.example/a.git" },
  ])
    expect(codeOf(await as(ada.asker, "POST", "/imports", kind))).toBe("limit_bots");
});

test("memory and disk are bounded as sums, on create and on every raise, whoever asks; what is beyond may shrink", async () => {
  const ada = await person();
  await ask("PUT", `/users/${ada.id}/limits`, { limits: { bots: null, memoryMb: 600, diskMb: 5_000 } });
  // Who asks for no bound gets a share of what is left.
  const first = idOf((await make(ada, await ready(ada), "one")).body);
  const limitsOf = async (id: string) =>
    z
      .object({ settings: z.object({ limits: z.object({ memoryMb: z.number(), diskMb: z.number() }) }) })
      .parse((await as(ada.asker, "GET", `/bots/${id}`)).body).settings.limits;
  expect(await limitsOf(first)).toEqual({ memoryMb: 512, diskMb: 1_024 });
  const settings = (limits: object) => ({ settings: { limits } });
  const second = await make(ada, await ready(ada), "two", settings({ memoryMb: 89, diskMb: 1 }));
  expect(codeOf(second)).toBe("limit_memory");
  expect(second.text).toContain("600 MB");
  expect(codeOf(await make(ada, await ready(ada), "two", settings({ memoryMb: 88, diskMb: 3_977 })))).toBe(
    "limit_disk",
  );
  expect((await make(ada, await ready(ada), "two", settings({ memoryMb: 88, diskMb: 3_976 }))).status).toBe(201);
  expect(codeOf(await make(ada, await ready(ada), "three"))).toBe("limit_memory");

  const raise = (asker: Record<string, string>, limits: object) =>
    as(asker, "PATCH", `/bots/${first}`, { settings: { limits } }).then(codeOf);
  for (const asker of [ada.asker, world.admin.asker]) {
    expect(await raise(asker, { memoryMb: 513, diskMb: 1_024 })).toBe("limit_memory");
    expect(await raise(asker, { memoryMb: 0, diskMb: 1_024 })).toBe("limit_needed");
  }
  await ask("PUT", `/users/${ada.id}/limits`, { limits: { bots: 1, memoryMb: 100, diskMb: null } });
  expect(await raise(ada.asker, { memoryMb: 511, diskMb: 0 })).toBe("done");
  expect(await raise(ada.asker, { memoryMb: 512, diskMb: 0 })).toBe("limit_memory");
  expect((await as(ada.asker, "PATCH", `/bots/${first}`, { name: "renamed" })).status).toBe(200);
});

test("the panel's limits hold for who has none of their own, and for no admin", async () => {
  const [ada, bob, boss] = [await person(), await person(), await person("admin")];
  await ask("PUT", `/users/${bob.id}/limits`, { limits: none });
  expect((await ask("PUT", "/limits", { ...none, bots: 0 })).status).toBe(200);
  expect([(await view(ada.id)).bounds.bots, (await view(bob.id)).bounds.bots]).toEqual([0, null]);
  const template = { kind: "template", template: "demo-js" };
  const started = (of: typeof ada) => as(of.asker, "POST", "/imports", template).then(codeOf);
  expect([await started(ada), await started(bob), await started(boss)]).toEqual(["limit_bots", "done", "done"]);
  await ask("PUT", "/limits", none);
  await world.panel.db.user.delete({ where: { id: boss.id } });
});
