import { encode } from "uqr";

/** A text as a QR code, drawn here: nobody else sees what it says. Always dark on light, which is what cameras read. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 4 });
  const dark = data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} className="size-52 rounded-lg bg-white">
      <path d={dark} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
