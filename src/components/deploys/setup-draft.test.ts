import { expect, test } from "vitest";
import { deploySettings } from "#contracts/git";
import { formOf, readDraft } from "./setup-draft";

test("what another tab saved is shown beside what is typed here, and stays when that is saved", () => {
  const draft = { build: "npm run build" };
  const elsewhere = deploySettings.parse({ branch: "next", build: ["make"], watchSeconds: 30 });
  expect(formOf(elsewhere, draft)).toEqual({ branch: "next", build: "npm run build", watch: "30" });
  expect(readDraft(draft).part).toEqual({ build: ["npm", "run", "build"] });
});

test("what is emptied is a change, and what cannot be taken is said where it is", () => {
  expect(readDraft({ branch: "", build: "", watch: " 0 " })).toEqual({
    part: { branch: "", build: [], watchSeconds: 0 },
    wrong: { build: false, watch: false },
  });
  for (const watch of ["", "601", "-1", "1.5", "soon"])
    expect(readDraft({ build: `npm "run`, watch })).toEqual({ part: {}, wrong: { build: true, watch: true } });
});
