import { control, type FieldProps, fieldId } from "./field.tsx";

interface CheckFieldProps extends FieldProps {
  checked: boolean;
  onChange(checked: boolean): void;
}

export function CheckField(props: CheckFieldProps) {
  const { flag, label, checked, onChange } = props;
  return (
    <div class="field check">
      <input
        {...control(props)}
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label for={fieldId(flag)}>
        {label} <code>{flag}</code>
      </label>
    </div>
  );
}
