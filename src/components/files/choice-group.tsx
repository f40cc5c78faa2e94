"use client";

import { useId } from "react";

/** One of a few, all in sight. */
export function ChoiceGroup<Value extends string>({
  legend,
  choices,
  chosen,
  onChoose,
}: {
  legend: string;
  choices: readonly { value: Value; label: string }[];
  chosen: Value;
  onChoose: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-2 font-medium text-sm">{legend}</legend>
      {choices.map(({ value, label }) => (
        <label key={value} className="flex cursor-pointer items-center gap-2 text-sm">
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === chosen}
            onChange={() => onChoose(value)}
            className="size-4 cursor-pointer accent-(--accent-edge) outline-none focus-visible:ring-2 focus-visible:ring-ring"
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
