import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";

test.each(["network", "overtrained"])(
  "the page's example is every fifth row of examples/image-classifier/%s, its logits to two decimals",
  async (model) => {
    const path = (file: string) => new URL(file, import.meta.url).pathname;
    const example = path(`../src/evaluate/example/${model}.csv`);
    const whole = path(`../../../examples/image-classifier/${model}.parquet`);
    const largest = `greatest(${Array.from({ length: 10 }, (_, k) => `ln(p_${k})`).join(", ")})`;
    const gaps = Array.from({ length: 10 }, (_, k) => `abs(ln(p_${k}) - ${largest} - logit_${k})`);
    const connection = await (await DuckDBInstance.create()).connect();
    const read = await connection.runAndReadAll(
      `SELECT count(*)::INTEGER AS rows, count(e.image)::INTEGER AS kept, count(*) FILTER (e.digit = w.digit::INTEGER)::INTEGER AS equal, max(greatest(${gaps.join(", ")})) AS gap
FROM (FROM '${whole}' WHERE image % 5 = 0) AS w FULL JOIN '${example}' AS e USING (image)`,
    );
    const [{ rows, kept, equal, gap }] = read.getRowObjectsJson();
    expect(rows).toBeGreaterThan(300);
    expect({ kept, equal }).toEqual({ kept: rows, equal: rows });
    expect(gap).toBeLessThan(0.00501);
  },
);
