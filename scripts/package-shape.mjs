// What a user of each package gets: types that resolve, files that exist, no surprise inside the tarball.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const packages = ["xent", "engine", "report", "cli", "tfjs"];
const folder = mkdtempSync(join(tmpdir(), "xent-shape-"));
try {
  for (const name of packages) {
    const run = (command, args) =>
      execFileSync(command, args, {
        cwd: `packages/${name}`,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    run("npx", ["--no-install", "publint", "--strict", "--pack", "npm"]);
    const packed = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", folder]));
    const [{ filename, files }] = Array.isArray(packed) ? packed : Object.values(packed);
    const strange = files.filter(({ path }) => /\.test\.|tsbuildinfo|(^|\/)test\//.test(path));
    if (strange.length > 0)
      throw new Error(`${name}: the tarball holds ${strange.map(({ path }) => path).join(", ")}`);
    const { exports } = JSON.parse(readFileSync(`packages/${name}/package.json`, "utf8"));
    if (exports) run("npx", ["--no-install", "attw", join(folder, filename), "--profile", "esm-only"]);
  }
  console.log(`package shape: ${packages.join(", ")} are whole`);
} catch (error) {
  console.error(error.stdout ?? "", error.stderr ?? "", error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
