import { useState } from "preact/hooks";
import type { Unit } from "xent";
import { Choice } from "./choice.tsx";
import { Distributions } from "./distributions.tsx";
import "./explorer.css";
import { Losses } from "./losses.tsx";
import { Temperatures } from "./temperatures.tsx";
import { Training } from "./training.tsx";

/** What cross-entropy is, to be moved by hand: every figure is one of `xent`. */
export function Explorer() {
  const [unit, setUnit] = useState<Unit>("nats");
  return (
    <div class="explorer">
      <Choice
        legend="Unit of information"
        name="explorer-unit"
        value={unit}
        options={[
          ["nats", "nats"],
          ["bits", "bits"],
        ]}
        onChange={setUnit}
      />
      <Distributions unit={unit} />
      <Temperatures unit={unit} />
      <Losses unit={unit} />
      <Training unit={unit} />
    </div>
  );
}
