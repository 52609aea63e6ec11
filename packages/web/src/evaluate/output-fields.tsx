import { asOptions, SelectField } from "./select-field.tsx";
import type { Settings } from "./settings.ts";
import { TextField } from "./text-field.tsx";

interface OutputFieldsProps {
  settings: Settings;
  /** Whether intervals can be had at another level: not where only the figures are known. */
  levels: boolean;
  /** Whether a report follows: then not at each key. */
  lazy?: boolean;
  marked: (flag: string) => boolean;
  onChange(part: Partial<Settings>): void;
}

/** How figures are shown: a report follows these without being computed again. */
export function OutputFields({ settings, levels, lazy, marked, onChange }: OutputFieldsProps) {
  return (
    <>
      {levels && (
        <TextField
          flag="--level"
          label="Level of intervals"
          numeric
          lazy={lazy}
          placeholder="0.95"
          marked={marked("--level")}
          value={settings.level}
          onChange={(level) => onChange({ level })}
        />
      )}
      <SelectField
        flag="--unit"
        label="Unit of losses"
        options={asOptions(["nats", "bits"])}
        value={settings.unit}
        onChange={(unit) => onChange({ unit: unit as Settings["unit"] })}
      />
    </>
  );
}
