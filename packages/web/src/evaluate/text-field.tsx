import { control, Field, type FieldProps } from "./field.tsx";

interface TextFieldProps extends FieldProps {
  value: string;
  onChange(value: string): void;
  placeholder?: string;
  /** A number may be typed, such as 1e-5. */
  numeric?: boolean;
  suggestions?: string[];
  /** Taken when the field is left, not at each key. */
  lazy?: boolean;
}

export function TextField(props: TextFieldProps) {
  const { flag, value, onChange, placeholder, numeric, lazy, suggestions = [] } = props;
  const list = suggestions.length > 0 ? `suggestions${flag}` : undefined;
  const take = (event: { currentTarget: HTMLInputElement }) => onChange(event.currentTarget.value);
  return (
    <Field {...props}>
      <input
        {...control(props)}
        type="text"
        inputMode={numeric ? "decimal" : undefined}
        autocomplete="off"
        spellcheck={false}
        value={value}
        placeholder={placeholder}
        list={list}
        {...{ [lazy ? "onChange" : "onInput"]: take }}
      />
      {list && (
        <datalist id={list}>
          {suggestions.map((text) => (
            <option key={text} value={text} />
          ))}
        </datalist>
      )}
    </Field>
  );
}
