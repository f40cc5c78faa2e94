import { expect, type Page } from "@playwright/test";

/** So many steps at most: a walk that does not end is in a trap. */
const FAR = 250;

/**
 * Walks an open page with Tab alone. Everything that can be pressed or filled in is reached, looks otherwise while it has the focus, and
 * lies behind nothing then.
 */
export async function expectWalkable(page: Page): Promise<void> {
  await page.evaluate(prepare);
  const faults: string[] = [];
  for (let steps = 0; ; steps++) {
    expect(steps, "the walk ends").toBeLessThan(FAR);
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(step);
    if (seen === "over") break;
    if (seen !== "well") faults.push(seen);
  }
  expect([...faults, ...(await page.evaluate(missed))]).toEqual([]);
}

/** What the page remembers of the walk. */
type Walk = {
  wanted: Map<Element, string>;
  seen: Set<Element>;
  last?: Element;
  name(of: Element): string;
  looks(of: Element): string;
};
declare global {
  interface Window {
    walk: Walk;
  }
}

function prepare(): void {
  const looks = (of: Element) => {
    const chain: Element[] = [of];
    // What holds the real control may show its focus for it.
    for (let up = of.parentElement; up && chain.length < 4; up = up.parentElement) chain.push(up);
    for (const inner of of.querySelectorAll("*")) chain.push(inner);
    return chain
      .map((one) => {
        const { outline, boxShadow, borderColor, backgroundColor, clip } = getComputedStyle(one);
        return [outline, boxShadow, borderColor, backgroundColor, clip].join();
      })
      .join("\n");
  };
  const name = (of: Element) => of.outerHTML.slice(0, 160);
  const canPress = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]";
  const wanted = [...document.querySelectorAll<HTMLElement>(canPress)].filter(
    (one) =>
      one.tabIndex >= 0 &&
      !one.matches(":disabled, [aria-hidden=true] *, [inert] *, [data-sonner-toaster] *") &&
      one.checkVisibility({ visibilityProperty: true, opacityProperty: false }) &&
      // Of choices of which one holds, that one is reached, and the others with the arrows.
      !one.matches("input[type=radio]:not(:checked)"),
  );
  window.getSelection()?.removeAllRanges();
  // Where one clicked last is where Tab goes on from, unless something before it had the focus since.
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  window.walk = { wanted: new Map(wanted.map((one) => [one, looks(one)])), seen: new Set(), name, looks };
}

/** Judges what has the focus: "well", what is wrong with it, or "over" at the end of the page. */
function step(): string {
  const { wanted, seen, name, looks } = window.walk;
  const here = document.activeElement;
  // A date has parts, which are walked through one by one.
  if (here?.matches("input[type=date]") && here === window.walk.last) return "well";
  if (!here || here === document.body || seen.has(here)) return "over";
  seen.add(here);
  window.walk.last = here;
  // Toasts come and go.
  if (here.closest("[data-sonner-toaster]") || here.matches("[data-radix-focus-guard]")) return "well";
  if (wanted.get(here) === looks(here)) return `shows no focus: ${name(here)}`;
  const { left, right, top, bottom } = here.getBoundingClientRect();
  const [x, y] = [
    (Math.max(left, 0) + Math.min(right, innerWidth)) / 2,
    (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2,
  ];
  const front = document.elementFromPoint(x, y);
  if (front && (here.contains(front) || front.contains(here) || front.closest("label, [data-sonner-toaster]")))
    return "well";
  return `lies behind ${front ? name(front) : "the edge"}: ${name(here)}`;
}

function missed(): string[] {
  const { wanted, seen, name } = window.walk;
  return [...wanted.keys()]
    .filter((one) => one.isConnected && !seen.has(one))
    .map((one) => `not reached: ${name(one)}`);
}
