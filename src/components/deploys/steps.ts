import { type DeployStep, deployStep } from "#contracts/deploy";

const way = deployStep.options.filter((step) => step !== "rollback");

/** The steps of a deploy as they are shown: what is behind it, where it is, what is to come. A rollback takes the place of the rest. */
export function stepsAt(step: DeployStep): { step: DeployStep; at: "done" | "now" | "next" }[] {
  if (step === "rollback") return [{ step, at: "now" }];
  const here = way.indexOf(step);
  return way.map((each, index) => ({ step: each, at: index < here ? "done" : index === here ? "now" : "next" }));
}
