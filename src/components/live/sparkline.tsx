import { cn } from "#client/class-names";

/** A tiny line of values, newest at the right; takes the colour of its text. Says nothing by itself: put the number beside it. */
export function Sparkline({
  values,
  max,
  slots = 60,
  className,
}: {
  values: readonly number[];
  /** Top of the scale; else the largest value. */
  max?: number;
  /** How many values fit; fewer leave the left empty. */
  slots?: number;
  className?: string;
}) {
  const top = Math.max(max ?? 0, ...values, Number.EPSILON);
  const shown = values.slice(-slots);
  const points = shown.map((value, index) => {
    const x = ((slots - shown.length + index) / (slots - 1)) * 100;
    return `${x.toFixed(1)},${(23 - (value / top) * 22).toFixed(1)}`;
  });
  return (
    <svg viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden className={cn("h-6 w-20", className)}>
      {points.length > 1 ? (
        <>
          <polygon
            points={`${points[0]?.split(",")[0]},24 ${points.join(" ")} 100,24`}
            fill="currentColor"
            opacity="0.14"
          />
          <polyline
            points={points.join(" ")}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        </>
      ) : null}
    </svg>
  );
}
