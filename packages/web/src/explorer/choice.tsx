/** One of a few, as radio buttons in a row. */
export function Choice<Value extends string | number>(props: {
  legend: string;
  /** Unique on the page. */
  name: string;
  value: Value;
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
}) {
  const { legend, name, value, options, onChange } = props;
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      {options.map(([option, text]) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
