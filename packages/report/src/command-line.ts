/** A command as one would type it into a POSIX shell: arguments that the shell would take apart are quoted. */
export const commandLine = (args: string[]): string => ["xent", ...args.map(quoted)].join(" ");

function quoted(text: string): string {
  // A ~ means something only where it comes first.
  if (/^[\w@%+:,./-][\w@%+=:,./~-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
