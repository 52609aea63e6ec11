import { control, Field, type FieldProps } from "./field.tsx";

interface ColumnsFieldProps extends FieldProps {
  chosen: string[];
  columns: string[];
  onChange(chosen: string[]): void;
}

/** A flag that may be given several times: the chosen columns, each with a button that takes it away, and one more. */
export function ColumnsField(props: ColumnsFieldProps) {
  const { flag, label, chosen, columns, onChange } = props;
  return (
    <Field {...props}>
      {chosen.length > 0 && (
        <ul class="chosen" aria-label={`${label}: chosen columns`}>
          {chosen.map((name) => (
            <li key={name}>
              <button
                type="button"
                title={`Take "${name}" away`}
                onClick={() => {
                  onChange(chosen.filter((other) => other !== name));
                  document.getElementById(control({ flag, label }).id)?.focus();
                }}
              >
                <span class="hidden">Take away </span>
                {name} <span aria-hidden="true">×</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <select
        {...control(props)}
        value=""
        onChange={(event) => {
          const name = event.currentTarget.value;
          event.currentTarget.value = "";
          if (name !== "") onChange([...chosen, name]);
        }}
      >
        <option value="">{chosen.length === 0 ? "none" : "one more…"}</option>
        {columns
          .filter((name) => !chosen.includes(name))
          .map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
      </select>
    </Field>
  );
}
