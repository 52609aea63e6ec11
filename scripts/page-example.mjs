// Writes the example of the page: every fifth row of two models of
// examples/image-classifier, as logits with two decimals.
import { writeFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

const connection = await (await DuckDBInstance.create()).connect();
for (const model of ["network", "overtrained"]) {
  const source = new URL(`../examples/image-classifier/${model}.parquet`, import.meta.url).pathname;
  const read = await connection.runAndReadAll(`SELECT * FROM '${source}' WHERE image % 5 = 0 ORDER BY image`);
  const lines = read.getRowObjectsJson().map((row) => {
    const logs = Array.from({ length: 10 }, (_, k) => Math.log(row[`p_${k}`]));
    const most = Math.max(...logs);
    return [row.image, row.digit, ...logs.map((log) => Number((log - most).toFixed(2)))].join(",");
  });
  const head = ["image", "digit", ...Array.from({ length: 10 }, (_, k) => `logit_${k}`)].join(",");
  const target = new URL(`../packages/web/src/evaluate/example/${model}.csv`, import.meta.url);
  writeFileSync(target, `${[head, ...lines].join("\n")}\n`);
}
