// Rows in memory, as the page in the browser evaluates them: time, and memory beside the columns.
import { bindRoles, evaluateTables } from "xent/tables";

const clusterCount = 5000;

/** Labels and softmax predictions of a plausible model, and clusters; seeded. */
function tableOf(rows, classes) {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
  const predictions = Array.from({ length: classes }, () => new Float64Array(rows));
  const labels = new Int32Array(rows);
  const clusters = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    labels[i] = Math.floor(random() * classes);
    clusters[i] = Math.floor(random() * clusterCount);
    let sum = 0;
    for (const [k, column] of predictions.entries()) {
      column[i] = Math.exp(3 * random() + (k === labels[i] ? 1.5 : 0));
      sum += column[i];
    }
    for (const column of predictions) column[i] /= sum;
  }
  const names = (count, of) => Array.from({ length: count }, (_, k) => of(k));
  const values = new Map([
    ["label", { kind: "text", values: names(classes, String), codes: labels }],
    ["cluster", { kind: "text", values: names(clusterCount, (k) => `c${k}`), codes: clusters }],
    ...predictions.map((data, k) => [`p_${k}`, { kind: "number", data }]),
  ]);
  const columns = [...values].map(([name, { kind }]) => ({
    name,
    type: kind === "text" ? "VARCHAR" : "DOUBLE",
  }));
  return { name: "table", columns, rows, values, unreadable: 0 };
}

export function bench({ short }) {
  const rows = short ? 100_000 : 1_000_000;
  const table = tableOf(rows, 10);
  const before = process.resourceUsage().maxRSS;
  for (const [name, roles, decompose] of [
    ["columns", {}, false],
    ["clusters", { cluster: "cluster" }, false],
    ["the split of the loss", {}, true],
  ]) {
    const source = { name: table.name, columns: table.columns };
    const open = { spec: { path: table.name }, source, roles: bindRoles(source, roles), table };
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 3; run++) {
      const start = performance.now();
      evaluateTables([open], { roles, policies: {}, decompose });
      best = Math.min(best, performance.now() - start);
    }
    console.log(`${rows.toLocaleString("en-US")} × 10, ${name}: ${(best / 1000).toFixed(2)} s`);
  }
  const memory = (process.resourceUsage().maxRSS - before) / 1000;
  console.log(`most memory beside the columns: ${memory.toFixed(0)} MB`);
}
