import { toUnit, type Unit } from "xent";
import { amount, shown } from "./amount.tsx";
import type { Pair } from "./distribution.ts";
import type { PairFigures } from "./pair-figures.ts";
import { useLit } from "./use-lit.ts";

interface TermsProps {
  pair: Pair;
  names: string[];
  terms: PairFigures["terms"];
  totals: PairFigures;
  unit: Unit;
  /** The outcome whose bar moved last. */
  moved: number | undefined;
}

/** The formula written out, and each outcome's terms: those that change are lit. */
export function Terms({ pair, names, terms, totals, unit, moved }: TermsProps) {
  const log = unit === "nats" ? "ln" : "log₂";
  const measures = [terms.entropy, terms.divergence, terms.crossEntropy];
  const lit = useLit(measures);
  const className = (measure: number, k: number) =>
    [
      lit.has(`${measure},${k}`) && (k === moved ? "lit moved" : "lit"),
      measures[measure][k] === Number.POSITIVE_INFINITY && "endless-term",
    ]
      .filter(Boolean)
      .join(" ");
  return (
    <div class="terms">
      <p class="formula">
        <b>H(p, q)</b> = −Σ p {log} q ={" "}
        {names.map((name, k) => (
          <span key={name}>
            <span class={`term ${className(2, k)}`}>
              {k > 0 || pair.p[k] > 0 ? "−" : ""}
              {pair.p[k] > 0 ? `${shown(pair.p[k], 2)} ${log} ${shown(pair.q[k], 2)}` : "0"}
            </span>{" "}
          </span>
        ))}
        = <b>{amount(totals.crossEntropy, unit)}</b>
      </p>
      <table>
        <caption>Each outcome’s part, in {unit}</caption>
        <thead>
          <tr>
            <th scope="col">outcome</th>
            <th scope="col">−p {log} p</th>
            <th scope="col">+ p {log} (p/q)</th>
            <th scope="col">= −p {log} q</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name, k) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {measures.map((measure, m) => (
                <td key={m} class={className(m, k)}>
                  {shown(toUnit(measure[k], unit))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">sum</th>
            <td>{amount(totals.entropy, unit)}</td>
            <td>{amount(totals.divergence, unit)}</td>
            <td>{amount(totals.crossEntropy, unit)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
