/** A source as the user names it: `name=FILE`, `FILE`, `FILE.npz#array`, `-`. */
export interface SourceSpec {
  /** The model's name, where the user gave one. */
  model?: string;
  path: string;
  /** The array that holds the predictions, after `#`. */
  array?: string;
}
