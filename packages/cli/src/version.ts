/** The version of the command, as its package has it. */
export const version = "0.1.0";
