/** A command line as it can be pasted into a shell again. */
export const commandLine = (args: string[]): string => ["xent", ...args.map(quoted)].join(" ");

const quoted = (argument: string): string =>
  /^[\w./:=@%+,#-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
