import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { folder, xent } from "./run.ts";

const examples = fileURLToPath(new URL("../../../examples/", import.meta.url));
const classes = readFileSync(`${examples}languages/classes.txt`, "utf8");
const images = ["softmax", "network", "overtrained"].map(
  (name) => `${name}=${examples}image-classifier/${name}.parquet`,
);
const lengths = [2, 6].flatMap((order) => ["--label-log-probability", `order ${order}=lp_${order}`]);

const cases: [name: string, args: string[]][] = [
  [
    "digits",
    ["--label", "label", "--probabilities", "p_*", "--model", "model", "--key", "image", "--cluster", "fold"],
  ],
  [
    "digit-images",
    [
      "--label",
      "digit",
      "--probabilities",
      "p_*",
      "--model",
      "model",
      "--key",
      "image",
      "--weight",
      "weight",
      "--slice",
      "frequency",
    ],
  ],
  [
    "languages",
    [
      "--label",
      "language",
      "--probabilities",
      "probabilities",
      "--classes",
      classes.trim(),
      "--cluster",
      "document",
      "--slice",
      "script",
    ],
  ],
  ["byte-model", [...lengths, "--bytes", "bytes", "--cluster", "language", "--slice", "script"]],
  ["image-classifier", [...images, "--label", "digit", "--probabilities", "p_*", "--key", "image"]],
];

test.each(cases)(
  "%s: statistics and JSON in either unit give the text of the evaluation again",
  async (name, args) => {
    const source = name === "image-classifier" ? [] : [`${examples}${name}/predictions.parquet`];
    const statistics = join(folder, `${name}-statistics.json`);
    for (const unit of ["nats", "bits"]) {
      const json = join(folder, `${name}-${unit}.json`);
      const saving = ["--json", json, "--statistics", statistics, "--decompose", "--unit", unit];
      const evaluated = await xent(["evaluate", ...source, ...args, ...saving]);
      expect(evaluated).toMatchObject({ status: 0, err: "" });
      for (const saved of [json, statistics]) {
        expect(await xent(["report", saved, "--unit", unit]), saved).toEqual(evaluated);
      }
    }
  },
);
