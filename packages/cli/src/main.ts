import { commandLine, printable } from "@xent/report";
import { Command, CommanderError } from "commander";
import { version, XentError } from "xent";

/** Exit statuses of the command. */
export const status = { good: 0, gateFailed: 1, badInput: 2, defect: 3, interrupted: 130 } as const;

/** @param line the command line as it was given. */
type MakeCommand = (exit: (code: number) => void, line: string) => Command;

/** Each command stands in a file that is only read when it is asked for, or help of all: reading them is half of the start. */
const commands: Record<string, () => Promise<MakeCommand>> = {
  evaluate: async () => (await import("./evaluate.ts")).evaluateCommand,
  report: async () => (await import("./report.ts")).reportCommand,
  fit: async () => (await import("./fit.ts")).fitCommand,
  predict: async () => (await import("./predict.ts")).predictCommand,
  calibrate: async () => (await import("./calibrate.ts")).calibrateCommand,
  apply: async () => (await import("./apply.ts")).applyCommand,
};

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
    .showHelpAfterError("(xent --help lists the commands, xent COMMAND --help its flags)");
  const wanted = Object.hasOwn(commands, args[0]) ? [args[0]] : Object.keys(commands);
  const line = commandLine(args);
  for (const name of wanted) {
    const make = await commands[name]();
    program.addCommand(make((code) => (result = code), line).exitOverride());
  }
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
