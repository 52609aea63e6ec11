// npm run report-script: compiles packages/report/src/html/script and report.css to the text that each HTML report
// holds, packages/report/src/html/inlined.ts. With --check it compares instead.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = here("../packages/report/src/html/");
const target = `${folder}inlined.ts`;
// What every browser of the last two years has.
const browsers = ["chrome120", "firefox121", "safari17"];

const { outputFiles } = await build({
  stdin: {
    contents: `import { activateReport } from "./script/activate-report.ts";
      activateReport(document.querySelector(".xent-report"));`,
    resolveDir: folder,
  },
  alias: { xent: here("../packages/xent/src/index.ts") },
  bundle: true,
  minify: true,
  format: "iife",
  target: browsers,
  charset: "utf8",
  write: false,
});
const script = outputFiles[0].text.trim();
if (/<\/script|<!--/i.test(script)) throw new Error("the script holds what would end it in HTML");
const hash = `sha256-${createHash("sha256").update(script).digest("base64")}`;

const { code } = await transform(readFileSync(`${folder}report.css`, "utf8"), {
  loader: "css",
  minify: true,
  charset: "utf8",
  target: browsers,
});
const style = code.trim();

const text = `// Made by \`npm run report-script\` from script/ and report.css.
/** All of it below \`.xent-report\`, so that a page can hold a report. */
export const reportStyle =
  ${JSON.stringify(style)};

/** What activateReport is, for a file that stands alone. */
export const reportScript =
  ${JSON.stringify(script)};

/** Names the script in a Content-Security-Policy: no other may run. */
export const reportScriptHash = ${JSON.stringify(hash)};
`;
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error(
      "packages/report/src/html/inlined.ts is not what script/ and report.css make; run npm run report-script",
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
  console.log(
    `script ${script.length.toLocaleString("en-US")}, style ${style.length.toLocaleString("en-US")} characters`,
  );
}
