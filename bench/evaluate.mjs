// xent evaluate against a bare scan of the same file, and against scikit-learn's log_loss on it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const xent = here("../packages/cli/bin/xent.js");
const threads = availableParallelism();

/**
 * Predictions of a plausible network: logits are normal, the label's is higher by `gain`, and the file's
 * probabilities are a softmax that is 1.5 times too sharp. Seeded, made once.
 */
async function generate(connection, path, rows, classes, layout) {
  if (existsSync(path)) return;
  await connection.run("SELECT setseed(0.5)");
  await connection.run("SET threads = 1");
  const gain = 2 + Math.log(classes) / 2;
  const normal = "(random() + random() + random() + random() - 2) * 1.7";
  const partial = `${path}.part`;
  if (layout === "columns") {
    const ks = Array.from({ length: classes }, (_, k) => k);
    await connection.run(`COPY (
      WITH labels AS (SELECT (random() * ${classes})::INTEGER % ${classes} AS label FROM range(${rows})),
      scores AS (SELECT label, ${ks.map((k) => `exp(1.5e0 * (${normal} + CASE WHEN label = ${k} THEN ${gain}e0 ELSE 0e0 END)) AS e${k}`).join(", ")} FROM labels),
      sums AS (SELECT *, ${ks.map((k) => `e${k}`).join(" + ")} AS total FROM scores)
      SELECT label, ${ks.map((k) => `e${k} / total AS p_${k}`).join(", ")} FROM sums
    ) TO '${partial}' (FORMAT parquet)`);
  } else {
    await connection.run(`COPY (
      WITH labels AS (SELECT range AS i, (random() * ${classes})::INTEGER % ${classes} AS label FROM range(${rows})),
      scores AS (SELECT label, list_transform(range(${classes}), lambda k: exp(1.5e0 * (sin(i * 12.9898e0 + k * 78.233e0) * 2e0 + CASE WHEN label = k THEN ${gain}e0 ELSE 0e0 END))) AS e FROM labels)
      SELECT label, list_transform(e, lambda x: x / list_sum(e)) AS p FROM scores
    ) TO '${partial}' (FORMAT parquet)`);
  }
  renameSync(partial, path);
  await connection.run(`SET threads = ${threads}`);
}

/** One whole process: its wall time in milliseconds and its peak memory in MB. */
function whole(args, command = process.execPath) {
  const start = performance.now();
  const ran = spawnSync("/usr/bin/env", [command, ...args], { encoding: "utf8" });
  const time = performance.now() - start;
  if (ran.status !== 0) throw new Error(`${args.join(" ")} failed with ${ran.status}: ${ran.stderr}`);
  return { time, out: ran.stdout };
}

const memoryOf = (args) => {
  // The child reports its own peak: no tool beside Node is needed.
  const script = `process.argv.splice(1, 1); const { main } = await import(${JSON.stringify(here("../packages/cli/dist/main.js"))});
    process.exitCode = await main(${JSON.stringify(args)});
    process.stderr.write("\\npeak " + process.resourceUsage().maxRSS + "\\n");`;
  const ran = spawnSync(process.execPath, ["--input-type=module", "-e", script, "xent"], {
    encoding: "utf8",
  });
  const peak = /peak (\d+)/.exec(ran.stderr);
  if (ran.status !== 0 || !peak) throw new Error(`memory run failed with ${ran.status}: ${ran.stderr}`);
  return Number(peak[1]) / 1024;
};

const best = (times, run) => Math.min(...Array.from({ length: times }, run));

async function bestQuery(connection, times, sql) {
  let shortest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await connection.runAndReadAll(sql);
    shortest = Math.min(shortest, performance.now() - start);
  }
  return shortest;
}

const line = (name, value, note = "") => console.log(`${name.padEnd(58)} ${value.padStart(10)}  ${note}`);
const ms = (time) => `${time.toFixed(0)} ms`;
const ratio = (a, b) => `${(a / b).toFixed(2)} ×`;

export async function bench({ short }) {
  // A short run leaves nothing behind, and the data of long ones alone.
  const data = here(short ? "./data/short/" : "./data/");
  mkdirSync(data, { recursive: true });
  const connection = await (await DuckDBInstance.create(":memory:", { threads: String(threads) })).connect();
  const times = short ? 1 : 5;
  const rows = short ? 100_000 : 5_000_000;
  const wide = `${data}wide-${rows}.parquet`;
  await generate(connection, wide, rows, 10, "columns");
  console.log(`${threads} threads, best of ${times}; data in bench/data\n`);

  const columns = Array.from({ length: 10 }, (_, k) => `sum(p_${k})`).join(", ");
  const scan = await bestQuery(connection, times + 1, `SELECT ${columns} FROM '${wide}'`);
  const evaluate = best(times, () => whole([xent, "evaluate", wide, "--quiet"]).time);
  console.log(`${rows.toLocaleString("en-US")} × 10 float64 Parquet`);
  line("bare scan: sum of the ten columns, in a warm process", ms(scan));
  line(
    "xent evaluate, whole command",
    ms(evaluate),
    `${ratio(evaluate, scan)} the bare scan (aim: at most 20)`,
  );
  const split = best(times, () => whole([xent, "evaluate", wide, "--decompose", "--quiet"]).time);
  line(
    "xent evaluate --decompose: five folds, temperature",
    ms(split),
    `${ratio(split, evaluate)} without (aim: at most 6)`,
  );
  compareWithPython(wide, times, evaluate);

  const many = short ? 200_000 : 20_000_000;
  const large = `${data}wide-${many}.parquet`;
  await generate(connection, large, many, 10, "columns");
  const [small, big] = [memoryOf(["evaluate", wide, "--quiet"]), memoryOf(["evaluate", large, "--quiet"])];
  console.log("\npeak memory");
  line(`${rows.toLocaleString("en-US")} rows`, `${small.toFixed(0)} MB`);
  line(
    `${many.toLocaleString("en-US")} rows`,
    `${big.toFixed(0)} MB`,
    `${ratio(big, small)} (aim: at most 1.2, and under 1,000 MB)`,
  );

  const splitMemory = memoryOf(["evaluate", large, "--decompose", "--quiet"]);
  line(
    `${many.toLocaleString("en-US")} rows, --decompose`,
    `${splitMemory.toFixed(0)} MB`,
    "(aim: under 1,000 MB)",
  );

  const images = short ? 1_000 : 50_000;
  const array = `${data}array-${images}.parquet`;
  await generate(connection, array, images, 1000, "array");
  const arrayScan = await bestQuery(connection, times + 1, `SELECT sum(list_sum(p)) FROM '${array}'`);
  const arrayTime = best(
    times,
    () => whole([xent, "evaluate", array, "--probabilities", "p", "--quiet"]).time,
  );
  console.log(`\n${images.toLocaleString("en-US")} × 1,000 array column`);
  line("bare scan: sum of all elements, in a warm process", ms(arrayScan));
  line(
    "xent evaluate, whole command",
    ms(arrayTime),
    `${ratio(arrayTime, arrayScan)} the bare scan (aim: at most 8)`,
  );
  if (short) rmSync(data, { recursive: true, force: true });
}

function compareWithPython(path, times, evaluate) {
  const python = process.env.XENT_BENCH_PYTHON ?? "python3";
  const script = here("./peers/log_loss.py");
  const tried = spawnSync(python, ["-c", "import sklearn, pandas, pyarrow"], { encoding: "utf8" });
  if (tried.status !== 0) {
    line("scikit-learn log_loss", "skipped", `${python} lacks scikit-learn, pandas or pyarrow`);
    return;
  }
  const time = best(Math.min(times, 3), () => whole([script, path], python).time);
  line("Python: read the file, scikit-learn's log_loss alone", ms(time));
  line("xent evaluate / Python", ratio(evaluate, time), "(aim: at most 0.2)");
}
