// npm run pictures: reports of the examples, opened in Chromium; docs/pictures/ has a sheet of each chart (a wide page
// and a phone, light and dark) and the head of a report. Look at them, and at what has changed.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { palettePng } from "./palette-png.mjs";

const root = new URL("..", import.meta.url).pathname;
const folder = join(root, "docs/pictures");

const images = (name) => `${name}=examples/image-classifier/${name}.parquet`;
const reports = {
  digits:
    "examples/digits/predictions.parquet --label label --probabilities p_* --model model --key image --cluster fold".split(
      " ",
    ),
  images: [
    ...["softmax", "network", "overtrained"].map(images),
    "--label",
    "digit",
    "--probabilities",
    "p_*",
    "--key",
    "image",
  ],
  languages: [
    ..."examples/languages/predictions.parquet --label language --probabilities probabilities --cluster document --slice script --classes".split(
      " ",
    ),
    readFileSync(join(root, "examples/languages/classes.txt"), "utf8").trim(),
  ],
};

/** Which figure of which report shows a chart best. */
const charts = {
  "model-losses": ["digits", "xent-chart-model-losses"],
  differences: ["images", "xent-chart-differences"],
  reliability: ["images", "xent-chart-2-reliability"],
  "surprisal-bands": ["digits", "xent-chart-2-surprisal-bands"],
  "class-losses": ["images", "xent-chart-2-class-losses"],
  "costliest-confusions": ["images", "xent-chart-2-costliest-confusions"],
  "costliest-of-many": ["languages", "xent-chart-0-costliest-confusions"],
  "slice-losses": ["languages", "xent-chart-0-slice-losses"],
  "floor-curve": ["digits", "xent-chart-1-floor-curve"],
  "temperature-curve": ["images", "xent-chart-2-temperature-curve"],
};

const wide = { width: 760, height: 1000 };
const phone = { width: 360, height: 740 };
const looks = [
  { ...wide, colorScheme: "light" },
  { ...phone, colorScheme: "light" },
  { ...wide, colorScheme: "dark" },
  { ...phone, colorScheme: "dark" },
];

const work = mkdtempSync(join(tmpdir(), "xent-pictures-"));
for (const [name, flags] of Object.entries(reports)) {
  execFileSync(
    process.execPath,
    ["packages/cli/bin/xent.js", "evaluate", ...flags, "--quiet", "--html", join(work, `${name}.html`)],
    { cwd: root },
  );
}
const executablePath =
  process.env.CHROMIUM ?? execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
const browser = await chromium.launch({ executablePath });

/** Reports as they look at a width and in a scheme, opened once each. */
const opened = new Map();
async function open(report, { width, height, colorScheme }) {
  const name = `${report} ${width} ${colorScheme}`;
  if (!opened.has(name)) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await page.goto(`file://${join(work, `${report}.html`)}`);
    opened.set(name, page);
  }
  return opened.get(name);
}

async function pictureOf(report, id, look) {
  const page = await open(report, look);
  const figure = page.locator(`[id="${id}"]`);
  // A chart of a model that is not shown at first is shown too.
  await figure.evaluate((element) => {
    for (let at = element; at; at = at.parentElement) {
      at.hidden = false;
      if (at.tagName === "DETAILS") at.open = true;
      if (getComputedStyle(at).display === "none") at.style.display = "block";
    }
  });
  return figure.screenshot();
}

const drawing = await browser.newPage();
async function sheet(pictures) {
  const [first, second, third, fourth] = pictures.map(
    (picture) => `data:image/png;base64,${picture.toString("base64")}`,
  );
  const column = (...sources) => `<div>${sources.map((source) => `<img src="${source}">`).join("")}</div>`;
  await drawing.setContent(`<!doctype html><style>
    body { margin: 0; padding: 12px; width: max-content; display: flex; gap: 12px; align-items: start; background: #888; }
    img { display: block; margin-bottom: 12px; }
  </style>${column(first, third)}${column(second, fourth)}`);
  const size = await drawing.evaluate(() => {
    const { width, height } = document.body.getBoundingClientRect();
    return { width: Math.ceil(width), height: Math.ceil(height) };
  });
  await drawing.setViewportSize(size);
  return drawing.screenshot();
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
let total = 0;
async function write(name, png) {
  const bytes = await palettePng(drawing, png);
  writeFileSync(join(folder, `${name}.png`), bytes);
  total += bytes.length;
  console.log(`docs/pictures/${name}.png  ${Math.round(bytes.length / 1000)} kB`);
}

try {
  for (const [name, [report, id]] of Object.entries(charts)) {
    const pictures = [];
    for (const look of looks) pictures.push(await pictureOf(report, id, look));
    await write(name, await sheet(pictures));
  }
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({ viewport: { width: 900, height: 980 }, colorScheme });
    await page.goto(`file://${join(work, "images.html")}`);
    const chart = await page.locator("figure.chart").first().boundingBox();
    const clip = { x: 0, y: 0, width: 900, height: Math.ceil(chart.y + chart.height) };
    await write(`report-${colorScheme}`, await page.screenshot({ clip, fullPage: true }));
  }
  console.log(`${Math.round(total / 1000)} kB in all`);
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true });
}
