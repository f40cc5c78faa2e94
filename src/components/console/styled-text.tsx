import type { CSSProperties } from "react";
import { cn } from "#client/class-names";
import { readAnsi, type Style } from "./ansi";
import "./console.css";

const palette = (color: number | string) => (typeof color === "number" ? `var(--ansi-${color})` : color);

// A bot picks its true colours for a ground it does not know: a third of the theme's own text colour keeps them readable.
const readable = (color: number | string) =>
  typeof color === "number" ? palette(color) : `color-mix(in oklab, ${color} 65%, var(--ink))`;

/** As colours of text and ground; a ground is only a tint, so that no choice of both hides a text. */
function looks(style: Style): CSSProperties | undefined {
  const color = style.inverse ? style.ground : style.color;
  const ground = style.inverse ? (style.color ?? "var(--ink)") : style.ground;
  if (color === undefined && ground === undefined) return undefined;
  return {
    ...(color === undefined ? {} : { color: readable(color) }),
    ...(ground === undefined ? {} : { backgroundColor: `color-mix(in oklab, ${palette(ground)} 22%, transparent)` }),
  };
}

/** A line of a bot with its colours, as text: whatever it holds is shown, nothing of it is obeyed. */
export function StyledText({ text }: { text: string }) {
  return readAnsi(text).map((span, index) => {
    const { style } = span;
    const key = index;
    if (span.sign) {
      return (
        <span key={key} className="rounded-sm bg-secondary px-0.5 text-muted-foreground">
          {span.text}
        </span>
      );
    }
    if (Object.keys(style).length === 0) return span.text;
    return (
      <span
        key={key}
        style={looks(style)}
        className={cn(
          style.bold && "font-semibold",
          style.dim && "opacity-75",
          style.italic && "italic",
          style.underline && "underline",
          style.strike && "line-through",
        )}
      >
        {span.text}
      </span>
    );
  });
}
