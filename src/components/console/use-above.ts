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
    resized.observe(document.body);
    return () => resized.disconnect();
  }, [element]);
  return above;
}
