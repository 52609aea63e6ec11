/** What each column is, as the user says it: every field is a flag of the command. */
export interface RoleOptions {
  label?: string;
  probabilities?: string[];
  logits?: string[];
  logProbabilities?: string[];
  probability?: string;
  positive?: string;
  labelLogProbability?: string[];
  targets?: string;
  classes?: string[];
  model?: string;
  key?: string[];
  cluster?: string;
  slices?: string[];
  weight?: string;
  bytes?: string;
}
