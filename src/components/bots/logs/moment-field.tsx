import { Field } from "../../ui/field";
import { Input } from "../../ui/input";

/** A question for a moment to the second, as the clock on the wall shows it (see #client/moment). */
export const MomentField = ({
  label,
  error,
  value,
  onValue,
}: {
  label: string;
  error?: string | null | undefined;
  value: string;
  onValue: (value: string) => void;
}) => (
  <Field label={label} error={error}>
    {(control) => (
      <Input
        {...control}
        type="datetime-local"
        step={1}
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
    )}
  </Field>
);
