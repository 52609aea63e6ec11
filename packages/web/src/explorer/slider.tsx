/** A range with its name and value. */
export function Slider(props: {
  name: string;
  value: number;
  min: number;
  max: number;
  step: number;
  text: string;
  onChange: (value: number) => void;
}) {
  const { name, text, onChange, ...range } = props;
  return (
    <label class="slider">
      <span>
        {name} <b>{text}</b>
      </span>
      <input
        type="range"
        aria-label={name}
        {...range}
        aria-valuetext={text}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
