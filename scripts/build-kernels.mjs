// npm run kernels: compiles packages/xent/assembly to the base64 text that packages/xent/src/kernels/module.ts holds.
// With --check it compares instead. The bytes depend on the compiler's version, which is pinned.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = here("../packages/xent/src/kernels/module.ts");

// 112 warns of vectors as arguments of functions that the module does not export.
const flags = [
  "-O3",
  "--converge",
  "--noAssert",
  "--runtime",
  "stub",
  "--enable",
  "simd",
  "--use",
  "abort=",
  "--disableWarning",
  "112",
];
const memory = ["--importMemory", "--initialMemory", "1", "--maximumMemory", "65536"];

export function compile() {
  const folder = mkdtempSync(join(tmpdir(), "xent-kernels-"));
  try {
    const out = join(folder, "kernels.wasm");
    execFileSync("npx", ["asc", "assembly/index.ts", "--outFile", out, ...flags, ...memory], {
      cwd: here("../packages/xent"),
      stdio: "inherit",
    });
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const bytes = compile();
const text = `// Made by \`npm run kernels\` from assembly/: ${bytes.length.toLocaleString("en-US")} bytes of WebAssembly in base64.\nexport const wasm =\n  "${bytes.toString("base64")}";\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error(
      "packages/xent/src/kernels/module.ts is not what assembly/ compiles to; run npm run kernels",
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
  console.log(`${bytes.length.toLocaleString("en-US")} bytes`);
}
