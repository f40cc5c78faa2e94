import { useTranslations } from "next-intl";
import { useId } from "react";

/** The mark and the name. */
export function Brand() {
  const t = useTranslations("common");
  // The page has two marks (wide and phone), and one may be hidden: each needs a gradient of its own.
  const ground = useId();
  return (
    <span className="inline-flex items-center gap-2.5 font-semibold text-base tracking-tight">
      <svg viewBox="0 0 24 24" className="size-7" aria-hidden>
        <defs>
          <linearGradient id={ground} x1="0" y1="0" x2="1" y2="1">
            <stop offset="0" stopColor="#8b5cf6" />
            <stop offset="1" stopColor="#2563eb" />
          </linearGradient>
        </defs>
        <rect width="24" height="24" rx="7" fill={`url(#${ground})`} />
        <path
          d="M6 16V9.5a2.5 2.5 0 0 1 5 0V16m2 0V9.5a2.5 2.5 0 0 1 5 0V16"
          fill="none"
          stroke="#fff"
          strokeWidth="1.8"
          strokeLinecap="round"
        />
        <path d="M4.5 17.6h15" stroke="#fff" strokeWidth="1.8" strokeLinecap="round" opacity="0.75" />
      </svg>
      {t("appName")}
    </span>
  );
}
