import { Field } from "../ui/field";
import { CodeInput } from "../ui/input";

/** Takes a code of a second factor; phones offer the digits. */
export const CodeField = ({
  label,
  help,
  value,
  onValue,
  autoFocus,
}: {
  label: string;
  help?: string;
  value: string;
  onValue: (value: string) => void;
  /** Where it is all that is asked. */
  autoFocus?: boolean;
}) => (
  <Field label={label} help={help} required>
    {(control) => (
      <CodeInput
        {...control}
        name="code"
        autoComplete="one-time-code"
        maxLength={50}
        autoFocus={autoFocus}
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
    )}
  </Field>
);
