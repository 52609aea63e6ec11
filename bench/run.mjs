// npm run bench -- NAME [--short]: one speed claim a file; ratios from one run, best of several.
const [name, ...flags] = process.argv.slice(2);
const known = ["calibrators", "evaluate", "fit", "losses", "tables"];
if (!known.includes(name)) {
  console.error(`npm run bench -- NAME [--short], where NAME is one of ${known.join(", ")}`);
  process.exit(2);
}
const { bench } = await import(`./${name}.mjs`);
await bench({ short: flags.includes("--short") });
