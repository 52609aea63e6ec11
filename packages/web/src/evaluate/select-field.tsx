import { control, Field, type FieldProps } from "./field.tsx";

interface SelectFieldProps extends FieldProps {
  value: string;
  onChange(value: string): void;
  /** What the empty choice says. */
  empty?: string;
  options: { value: string; text: string }[];
}

export function SelectField(props: SelectFieldProps) {
  const { value, onChange, empty, options } = props;
  // What a file no longer has stays visible, so that the error about it makes sense.
  const known = value === "" || options.some((option) => option.value === value);
  return (
    <Field {...props}>
      <select {...control(props)} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {empty !== undefined && <option value="">{empty}</option>}
        {!known && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </Field>
  );
}

export const asOptions = (names: string[]) => names.map((name) => ({ value: name, text: name }));
