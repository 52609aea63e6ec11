import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";
import { sourceAliases } from "../../source-aliases.ts";
import { contentSecurity } from "./content-security.ts";

// One HTML file that needs no server: from file:// a browser loads no module and no worker from another file.
export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  resolve: { alias: sourceAliases },
  plugins: [viteSingleFile(), contentSecurity],
  worker: { format: "iife" },
  build: { target: "es2022", outDir: "dist", emptyOutDir: true },
});
