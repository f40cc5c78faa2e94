import { type RefObject, useEffect, useState } from "react";

/**
 * How far down the page an element begins, px, as it changes; null until measured. So a box can fill what is left of the first screen,
 * whatever stands above it.
 */
export function useAbove(element: RefObject<HTMLElement | null>): number | null {
  const [above, setAbove] = useState<number | null>(null);
  useEffect(() => {
    const measure = () => {
      if (element.current) setAbove(Math.round(element.current.getBoundingClientRect().top + window.scrollY));
    };
    measure();
    const resized = new ResizeObserver(measure);
    // The page fills the screen however little it holds: only what stands above, and around, tells that something moved.
    for (let one: Element | null = element.current; one && one !== document.documentElement; one = one.parentElement) {
      resized.observe(one);
      for (let before = one.previousElementSibling; before; before = before.previousElementSibling)
        resized.observe(before);
    }
    return () => resized.disconnect();
  }, [element]);
  return above;
}
