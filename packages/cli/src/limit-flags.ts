import type { Command } from "commander";
import { wholeFlag } from "./flag-values.ts";

/** What the embedded engine may take, as commander gives it. */
export interface LimitFlags {
  memory?: string;
  threads?: number;
}

export const addLimitFlags = (command: Command): Command =>
  command
    .optionsGroup("Limits:")
    .option("--memory <size>", "most memory of the embedded engine (default: 2GB)")
    .option("--threads <n>", "threads of the embedded engine", wholeFlag(1));
