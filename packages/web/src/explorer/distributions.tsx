import { useRef, useState } from "preact/hooks";
import type { Unit } from "xent";
import { amount, Figure, shown } from "./amount.tsx";
import { Bar } from "./bar.tsx";
import { Choice } from "./choice.tsx";
import { firstPair, outcomes, type Pair, presets, withOutcomes, withProbability } from "./distribution.ts";
import { pairFigures } from "./pair-figures.ts";
import { Terms } from "./terms.tsx";

const sides = { p: "truth", q: "model" } as const;

/** Two distributions to drag, and what they cost each other. */
export function Distributions({ unit }: { unit: Unit }) {
  const [pair, setPair] = useState<Pair>(firstPair);
  const [moved, setMoved] = useState<number | undefined>();
  // What the others' ratios are taken from, so that a bar that goes to the top and back loses none.
  const start = useRef(pair);
  const figures = pairFigures(pair);
  const names = outcomes.slice(0, pair.p.length);
  const choose = (next: Pair) => {
    setMoved(undefined);
    setPair(next);
  };
  return (
    <section aria-labelledby="explorer-distributions">
      <h2 id="explorer-distributions">Two distributions</h2>
      <p class="notice">
        Drag a bar. Moving q changes only the divergence, and the cross-entropy by as much: the entropy
        belongs to the truth, and no model gets below it.
      </p>
      <div class="controls">
        <Choice
          legend="Outcomes"
          name="explorer-outcomes"
          value={pair.p.length}
          options={[2, 3, 4, 5, 6].map((count) => [count, String(count)] as const)}
          onChange={(count) => choose({ p: withOutcomes(pair.p, count), q: withOutcomes(pair.q, count) })}
        />
        <fieldset class="choice">
          <legend>Begin with</legend>
          {presets.map(([name, of]) => (
            <button key={name} type="button" onClick={() => choose(of(pair))}>
              {name}
            </button>
          ))}
        </fieldset>
      </div>
      <div class="columns">
        <div>
          <p class="key">
            <span class="swatch truth" /> p, the truth <span class="swatch model" /> q, the model
          </p>
          {/* biome-ignore lint/a11y/useSemanticElements: a group of sliders, not of a form */}
          <div class="bars" role="group" aria-label="Probabilities of p, the truth, and q, the model">
            {names.map((name, k) => (
              <div class="outcome" key={name}>
                {(["p", "q"] as const).map((side) => (
                  <Bar
                    key={side}
                    name={`${side}, the ${sides[side]}: ${name}`}
                    className={sides[side]}
                    value={pair[side][k]}
                    min={0}
                    max={1}
                    step={0.01}
                    text={shown(pair[side][k], 2)}
                    short={names.length > 4 ? shown(pair[side][k], 2).replace(/^0/, "") : undefined}
                    onStart={() => {
                      start.current = pair;
                    }}
                    onChange={(value) => {
                      setMoved(k);
                      setPair({ ...pair, [side]: withProbability(start.current[side], k, value) });
                    }}
                  />
                ))}
                <span class="outcome-name">{name}</span>
              </div>
            ))}
          </div>
        </div>
        <div>
          <dl class="figures">
            <Figure name="entropy H(p)" value={amount(figures.entropy, unit)} unit={unit} className="truth" />
            <Figure
              name="divergence D(p‖q)"
              value={`+ ${amount(figures.divergence, unit)}`}
              unit={unit}
              className="gap"
            />
            <Figure
              name="cross-entropy H(p, q)"
              value={`= ${amount(figures.crossEntropy, unit)}`}
              unit={unit}
              className="model"
            />
            <Figure name="perplexity (equal outcomes)" value={shown(figures.perplexity, 2)} />
          </dl>
          <Stack
            entropy={figures.entropy}
            divergence={figures.divergence}
            room={2 * Math.log(pair.p.length)}
          />
          <p role="status" class="verdict">
            {verdict(pair, figures.divergence, unit)}
          </p>
        </div>
      </div>
      <Terms pair={pair} names={names} terms={figures.terms} totals={figures} unit={unit} moved={moved} />
    </section>
  );
}

/** Entropy and divergence end to end, above the cross-entropy, which is as long. */
function Stack({ entropy, divergence, room }: { entropy: number; divergence: number; room: number }) {
  const whole = Math.max(room, Number.isFinite(divergence) ? entropy + divergence : 0);
  const percent = (value: number) => `${(100 * value) / whole}%`;
  const rest = Number.isFinite(divergence) ? percent(divergence) : `calc(100% - ${percent(entropy)})`;
  return (
    <div class={Number.isFinite(divergence) ? "stack" : "stack endless"} aria-hidden="true">
      <div>
        <span class="truth" style={{ width: percent(entropy) }}>
          {entropy > whole / 4 && "entropy"}
        </span>
        <span class="gap" style={{ width: rest }}>
          {!(divergence < whole / 4) && "divergence"}
        </span>
      </div>
      <div>
        <span
          class="model"
          style={{ width: Number.isFinite(divergence) ? percent(entropy + divergence) : "100%" }}
        >
          cross-entropy
        </span>
      </div>
    </div>
  );
}

function verdict({ p, q }: Pair, divergence: number, unit: Unit): string {
  const excluded = p.findIndex((x, k) => x > 0 && q[k] === 0);
  if (excluded >= 0) {
    return `Infinite: q gives ${outcomes[excluded]} probability 0, and it happens with probability ${shown(p[excluded], 2)}. What was called impossible has no finite cost.`;
  }
  if (divergence === 0) return "q is p: the cross-entropy is the entropy, and no model is better.";
  return `Because q is not p, each outcome costs ${amount(divergence, unit)} ${unit} more than it must on average.`;
}
