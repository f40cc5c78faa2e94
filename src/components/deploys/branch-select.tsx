"use client";

import type { FieldControl } from "../ui/field";
import { Select, SelectContent, SelectItem, SelectTrigger } from "../ui/select";

/** A select takes no empty value. */
const DEFAULT = "\0default";

/** One of a repository's branches; empty: the repository's own choice. */
export function BranchSelect({
  control,
  branches,
  byDefault,
  value,
  onValue,
}: {
  control: FieldControl;
  branches: readonly string[];
  /** What the repository's own choice is called. */
  byDefault: string;
  value: string;
  onValue: (branch: string) => void;
}) {
  const all = value === "" || branches.includes(value) ? branches : [value, ...branches];
  return (
    <Select value={value || DEFAULT} onValueChange={(next) => onValue(next === DEFAULT ? "" : next)}>
      <SelectTrigger {...control}>
        <span>{value || byDefault}</span>
      </SelectTrigger>
      <SelectContent>
        <SelectItem value={DEFAULT}>{byDefault}</SelectItem>
        {all.map((branch) => (
          <SelectItem key={branch} value={branch}>
            {branch}
          </SelectItem>
        ))}
      </SelectContent>
    </Select>
  );
}
