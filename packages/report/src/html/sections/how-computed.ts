import { version } from "xent";
import { count, figure } from "../../format.ts";
import { unitWord } from "../losses.ts";
import { html, type Markup, type Piece } from "../markup.ts";
import type { ReportContext, Section } from "../options.ts";

/** What it takes to get the same figures again, and what the words mean. */
export function howComputed({ analysis, source }: ReportContext): Section {
  const { models, classes, level, cluster, task, comparisons } = analysis;
  const split = models.find(({ decomposition }) => decomposition)?.decomposition;
  const baselines = [...new Set(comparisons.map(({ baseline }) => baseline))];
  const facts: [string, Piece][] = [
    ["Made by", `xent ${version}`],
    ["Command", source.command !== undefined && html`<code>${source.command}</code>`],
    [
      "Rows read",
      `${count(source.rows)}${source.badRows > 0 ? `, of them ${count(source.badRows)} bad` : ""}`,
    ],
    ["Classes", classes.length > 0 && count(classes.length)],
    ["Labels", labels[task]],
    ["Policies", policies(source.policies)],
    [
      "Intervals",
      `${figure(level * 100, Number.isInteger(level * 100) ? 0 : 1)} %; ± is half of one${models.length > 1 ? ". Differences are paired, row by row" : ""}`,
    ],
    ["Rows depend on each other by", cluster ?? false],
    ["Compared with", baselines.length > 0 && baselines.join(", ")],
    [
      "Split of the loss",
      split &&
        `best temperature, fitted on ${count(split.folds - 1)} of ${count(split.folds)} folds and measured on the other one in turn`,
    ],
    ["Seed", split ? String(split.seed) : (source.seed?.toString() ?? false)],
    ["Logarithms", html`natural inside; losses shown in ${unitWord}`],
  ];
  return {
    id: "computed",
    title: "How it was computed",
    body: html`<dl class="facts">${facts
      .filter(([, value]) => value !== false && value !== undefined)
      .map(
        ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`,
      )}</dl>
<details><summary>What the words mean</summary>
<dl class="words">${words.map(
      ([word, meaning]) => html`<div><dt>${word}</dt><dd>${meaning}</dd></div>
`,
    )}</dl></details>`,
  };
}

const labels = {
  labels: "one true class a row",
  targets: "soft targets: a distribution a row",
  "label-only": "only the probability of the truth is known",
};

function policies(all: Record<string, unknown>): Markup | false {
  const entries = Object.entries(all).filter(([, value]) => value !== undefined);
  return (
    entries.length > 0 &&
    html`${entries.map(([name, value], i) => html`${i > 0 && ", "}${spoken(name)} ${value === true ? "yes" : value === false ? "no" : String(value)}`)}`
  );
}

/** skipBadRows → skip bad rows */
const spoken = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const words: [string, string][] = [
  [
    "Surprisal",
    "−ln of the probability that a row gave to what happened. 0 for certainty, infinite for the impossible.",
  ],
  ["Cross-entropy", "The mean surprisal: the loss. Lower is better."],
  [
    "Uniform, base rate",
    "The rulers: the loss of guessing all classes evenly, and of always predicting the class shares.",
  ],
  ["Skill", "The share of the base rate's loss that a model removes."],
  ["Perplexity", "The number of equally likely classes that would be as uncertain."],
  ["Refinement", "The loss that is left at the best temperature: what the model does not know."],
  [
    "Calibration loss",
    "The loss that the best temperature takes away: it can be cured without training again.",
  ],
  [
    "Temperature",
    "What to divide the logits (or ln p) by before the softmax. Above 1 makes a model less sure.",
  ],
  [
    "Excess",
    "Cross-entropy − predicted entropy. Above zero the model is overconfident, below underconfident.",
  ],
  [
    "Calibration error",
    "Mean gap between how sure a model says it is and how often it is right, over 15 bins.",
  ],
];
