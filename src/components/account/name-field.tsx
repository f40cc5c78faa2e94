import { Field } from "../ui/field";
import { Input } from "../ui/input";

/** Takes what something of one's own is called. */
export const NameField = ({
  label,
  help,
  required = true,
  value,
  onValue,
}: {
  label: string;
  help?: string;
  required?: boolean;
  value: string;
  onValue: (value: string) => void;
}) => (
  <Field label={label} help={help} required={required}>
    {(control) => (
      <Input
        {...control}
        autoComplete="off"
        maxLength={64}
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
    )}
  </Field>
);
