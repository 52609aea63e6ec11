import { printable } from "@xent/report";
import { Command, CommanderError } from "commander";
import { XentError } from "xent";
import { applyCommand } from "./apply.ts";
import { calibrateCommand } from "./calibrate.ts";
import { evaluateCommand } from "./evaluate.ts";
import { fitCommand } from "./fit.ts";
import { predictCommand } from "./predict.ts";
import { version } from "./version.ts";

/** Exit statuses of the command. */
export const status = { good: 0, gateFailed: 1, badInput: 2, defect: 3, interrupted: 130 } as const;

/**
 * Runs the command.
 *
 * @returns its exit status: 0 good, 1 a gate failed, 2 bad input or usage, 3 a defect in xent, 130 interrupted.
 */
export async function main(args: string[]): Promise<number> {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(status.good);
    throw error;
  });
  let result: number = status.good;
  const program = new Command("xent")
    .description("Cross-entropy of predictions: how good, how sure, what is wrong.")
    .version(version, "-V, --version")
    .exitOverride()
    .configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 100, 100) })
    .showHelpAfterError("(xent --help lists the commands, xent COMMAND --help its flags)")
    .addCommand(evaluateCommand((code) => (result = code)).exitOverride())
    .addCommand(fitCommand((code) => (result = code)).exitOverride())
    .addCommand(predictCommand((code) => (result = code)).exitOverride())
    .addCommand(calibrateCommand((code) => (result = code)).exitOverride())
    .addCommand(applyCommand((code) => (result = code)).exitOverride());
  try {
    await program.parseAsync(args, { from: "user" });
    return result;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? status.good : status.badInput;
  if (error instanceof XentError) {
    process.stderr.write(
      `xent: ${printable(error.message)}\n${error.remedy ? `  ${printable(error.remedy)}\n` : ""}`,
    );
    return error.code === "interrupted" ? status.interrupted : status.badInput;
  }
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `xent: this is a defect in xent: ${text.split("\n")[0]}\n  please report it with the command line; XENT_DEBUG=1 prints more\n`,
  );
  if (process.env.XENT_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return status.defect;
}
