import type { BoundRoles, Column } from "xent/tables";
import { CheckField } from "./check-field.tsx";
import { ColumnsField } from "./columns-field.tsx";
import { OutputFields } from "./output-fields.tsx";
import { patternsIn } from "./patterns-in.ts";
import { PredictionsFields } from "./predictions-fields.tsx";
import { asOptions, SelectField } from "./select-field.tsx";
import type { Settings } from "./settings.ts";
import { TextField } from "./text-field.tsx";

interface RolesFormProps {
  settings: Settings;
  /** Of all files. */
  columns: Column[];
  /** The roles of the first file as they are bound now; undefined while they cannot be. */
  bound?: BoundRoles;
  /** Flags that the last problem names. */
  marked: string[];
  onChange(part: Partial<Settings>): void;
}

/** Every flag of the command that says what the columns are and what to do with them. */
export function RolesForm({ settings, columns, bound, marked, onChange }: RolesFormProps) {
  const names = columns.map(({ name }) => name);
  const isMarked = (flag: string) => marked.includes(flag);
  const guessedLabel = settings.label === "" ? bound?.label?.name : undefined;
  const column = (flag: string, label: string, field: keyof Settings, hint?: string, empty = "none") => (
    <SelectField
      flag={flag}
      label={label}
      hint={hint}
      marked={isMarked(flag)}
      empty={empty}
      options={asOptions(names)}
      value={settings[field] as string}
      onChange={(value) => onChange({ [field]: value })}
    />
  );
  const number = (flag: string, label: string, field: keyof Settings, placeholder: string, hint?: string) => (
    <TextField
      flag={flag}
      label={label}
      hint={hint}
      numeric
      marked={isMarked(flag)}
      placeholder={placeholder}
      value={settings[field] as string}
      onChange={(value) => onChange({ [field]: value })}
    />
  );
  const labelOnly = settings.predictions.some(({ kind }) => kind === "label-log-probability");
  return (
    <>
      <div class="fields">
        <PredictionsFields
          predictions={settings.predictions}
          positive={settings.positive}
          guess={bound && guessIn(bound)}
          suggestions={patternsIn(columns)}
          columns={names}
          marked={isMarked}
          onChange={(predictions) => onChange({ predictions })}
          onPositive={(positive) => onChange({ positive })}
        />
        {!labelOnly &&
          column(
            "--label",
            "True class",
            "label",
            undefined,
            guessedLabel ? `guessed: ${guessedLabel}` : settings.targets ? "none" : "choose a column",
          )}
        {column("--model", "Model column", "model", "where one column names several models")}
        <ColumnsField
          flag="--key"
          label="Row key"
          hint="what makes a row of two models the same row"
          marked={isMarked("--key")}
          chosen={settings.key}
          columns={names}
          onChange={(key) => onChange({ key })}
        />
        {column("--cluster", "Cluster", "cluster", "rows that share a value depend on each other")}
        <ColumnsField
          flag="--slice"
          label="Slices"
          hint="report each value by itself"
          marked={isMarked("--slice")}
          chosen={settings.slices}
          columns={names}
          onChange={(slices) => onChange({ slices })}
        />
      </div>
      <details>
        <summary>More columns: classes, weights, soft labels, bytes</summary>
        <div class="fields">
          <TextField
            flag="--classes"
            label="Class names"
            hint="in column order: a,b,c"
            marked={isMarked("--classes")}
            value={settings.classes}
            onChange={(classes) => onChange({ classes })}
          />
          {column("--weight", "Weight", "weight")}
          <TextField
            flag="--targets"
            label="Soft labels"
            hint="a distribution a row: a pattern or an array column"
            marked={isMarked("--targets")}
            suggestions={patternsIn(columns)}
            value={settings.targets}
            onChange={(targets) => onChange({ targets })}
          />
          {column("--bytes", "Bytes", "bytes", "how long a row's text is: gives bits per byte")}
        </div>
      </details>
      <details>
        <summary>Bad input: sums, floors, bad rows</summary>
        <div class="fields">
          <CheckField
            flag="--skip-bad-rows"
            label="Leave out rows that cannot be scored"
            marked={isMarked("--skip-bad-rows")}
            checked={settings.skipBadRows}
            onChange={(skipBadRows) => onChange({ skipBadRows })}
          />
          <CheckField
            flag="--normalize"
            label="Divide each row by its sum"
            marked={isMarked("--normalize")}
            checked={settings.normalize}
            onChange={(normalize) => onChange({ normalize })}
          />
          {number(
            "--tolerance",
            "Tolerance",
            "tolerance",
            "1e-9",
            "how far a row's sum may be from one (single precision: 1e-5)",
          )}
          {number("--floor", "Floor", "floor", "none", "raise probabilities of labels below it to it")}
        </div>
      </details>
      <details>
        <summary>Comparison, split of the loss, intervals, unit</summary>
        <div class="fields">
          <TextField
            flag="--baseline"
            label="Baseline model"
            marked={isMarked("--baseline")}
            placeholder="the best"
            hint="others are compared with it"
            value={settings.baseline}
            onChange={(baseline) => onChange({ baseline })}
          />
          <SelectField
            flag="--decompose"
            label="Split the loss"
            hint="into refinement and calibration loss"
            marked={isMarked("--decompose")}
            empty="where it takes little time"
            options={[
              { value: "yes", text: "always" },
              { value: "no", text: "never" },
            ]}
            value={settings.decompose}
            onChange={(decompose) => onChange({ decompose: decompose as Settings["decompose"] })}
          />
          {number("--folds", "Folds of the split", "folds", "5")}
          {number("--seed", "Seed", "seed", "0", "other folds for each seed")}
          <OutputFields settings={settings} levels marked={isMarked} onChange={onChange} />
        </div>
      </details>
    </>
  );
}

/** `--logits 'logit_*'`, as the binding tells it. */
function guessIn({ guesses }: BoundRoles): { form: string; pattern: string } | undefined {
  for (const guess of guesses) {
    const found = /^--(probabilities|logits|log-probabilities) '(.*)'$/.exec(guess);
    if (found) return { form: found[1], pattern: found[2] };
  }
  return undefined;
}
