import type { ComponentChildren } from "preact";

export interface FieldProps {
  flag: string;
  label: string;
  /** One short sentence below the field. */
  hint?: ComponentChildren;
  /** Whether the last error speaks of this field. */
  marked?: boolean;
}

/** The id of a flag's field: a problem that names the flag leads to it. */
export const fieldId = (flag: string): string => `field${flag}`;

/** A field in words, its flag beside it, and a hint below. */
export function Field({ flag, label, hint, children }: FieldProps & { children: ComponentChildren }) {
  const id = fieldId(flag);
  return (
    <div class="field">
      <label for={id}>
        {label} <code>{flag}</code>
      </label>
      {children}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** What every control of a field has in common. */
export const control = ({ flag, hint, marked }: FieldProps) => ({
  id: fieldId(flag),
  "aria-describedby": hint !== undefined ? `${fieldId(flag)}-hint` : undefined,
  "aria-invalid": marked ? ("true" as const) : undefined,
});
