import { control, Field, fieldId } from "./field.tsx";
import { guessedPredictions, type PredictionColumns, type PredictionKind } from "./settings.ts";
import { TextField } from "./text-field.tsx";

interface PredictionsFieldsProps {
  predictions: PredictionColumns[];
  positive: string;
  /** What was guessed, where it was. */
  guess?: { form: string; pattern: string };
  suggestions: string[];
  columns: string[];
  marked: (flag: string) => boolean;
  onChange(predictions: PredictionColumns[]): void;
  onPositive(positive: string): void;
}

const kinds: [PredictionKind, string][] = [
  ["probabilities", "probabilities"],
  ["logits", "logits, before softmax"],
  ["log-probabilities", "log-probabilities"],
  ["probability", "two classes: the probability of one"],
  ["label-log-probability", "only the label's log-probability"],
];

/** Those of which there may be several, each a model. */
const several = (kind: PredictionKind): boolean => kind !== "guess" && kind !== "probability";

/** The families of prediction columns: a flag each. */
export function PredictionsFields(props: PredictionsFieldsProps) {
  const { predictions, onChange } = props;
  const replace = (at: number, part: Partial<PredictionColumns>) =>
    onChange(predictions.map((family, f) => (f === at ? { ...family, ...part } : family)));
  return (
    <>
      {predictions.map((family, at) => (
        <Family
          key={at}
          {...props}
          family={family}
          at={at}
          alone={predictions.length === 1}
          onChange={(part) => replace(at, part)}
          onRemove={() => onChange(predictions.filter((_, f) => f !== at))}
        />
      ))}
      {predictions.every(({ kind }) => several(kind)) && (
        <button
          type="button"
          class="another"
          onClick={() => onChange([...predictions, { ...guessedPredictions, kind: predictions[0].kind }])}
        >
          Add the columns of another model
        </button>
      )}
    </>
  );
}

interface FamilyProps extends Omit<PredictionsFieldsProps, "onChange"> {
  family: PredictionColumns;
  at: number;
  alone: boolean;
  onChange(part: Partial<PredictionColumns>): void;
  onRemove(): void;
}

function Family({ family, at, alone, onChange, onRemove, ...props }: FamilyProps) {
  const { kind, columns, model } = family;
  const { guess, suggestions, marked, positive, onPositive } = props;
  const flag = kind === "guess" ? "--probabilities" : `--${kind}`;
  const single = kind === "probability" || kind === "label-log-probability";
  const suffix = at === 0 ? "" : `-${at + 1}`;
  const what = { flag, label: "Predictions", marked: marked(flag) };
  return (
    <fieldset class="family">
      <legend class="hidden">{at === 0 ? "Predictions" : `Predictions ${at + 1}`}</legend>
      <div class="field">
        <label for={`kind${suffix}`}>
          Predictions are {kind === "guess" && <code>--{guess?.form ?? "probabilities"}</code>}
        </label>
        <select
          id={`kind${suffix}`}
          aria-invalid={kind === "guess" && what.marked ? "true" : undefined}
          value={kind}
          onChange={(event) => {
            const to = event.currentTarget.value as PredictionKind;
            onChange({
              kind: to,
              ...(kind === "guess" && several(to) && { columns: guess?.pattern ?? suggestions[0] ?? "" }),
            });
          }}
        >
          {alone && <option value="guess">{guess ? `guessed: ${guess.pattern}` : "choose"}</option>}
          {kinds
            .filter(([name]) => alone || several(name))
            .map(([name, text]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
        </select>
      </div>
      {kind !== "guess" && (
        <Field {...what} label={single ? "in the column" : "in the columns"}>
          <input
            {...control(what)}
            id={at === 0 ? fieldId(flag) : `${fieldId(flag)}${suffix}`}
            type="text"
            autocomplete="off"
            spellcheck={false}
            placeholder={single ? "a column" : "p_* or an array column"}
            list="prediction-columns"
            value={columns}
            onInput={(event) => onChange({ columns: event.currentTarget.value })}
          />
          <datalist id="prediction-columns">
            {(single ? props.columns : suggestions).map((text) => (
              <option key={text} value={text} />
            ))}
          </datalist>
        </Field>
      )}
      {kind === "probability" && (
        <TextField
          flag="--positive"
          label="is the probability of the label"
          value={positive}
          marked={marked("--positive")}
          onChange={onPositive}
        />
      )}
      {several(kind) && (!alone || model !== "") && (
        <div class="field">
          <label for={`family-model${suffix}`}>of the model</label>
          <input
            id={`family-model${suffix}`}
            type="text"
            autocomplete="off"
            value={model}
            onInput={(event) => onChange({ model: event.currentTarget.value })}
          />
        </div>
      )}
      {!alone && (
        <button type="button" onClick={onRemove}>
          Take away<span class="hidden"> predictions {at + 1}</span>
        </button>
      )}
    </fieldset>
  );
}
