/** How text is set off on a terminal that has colours; without one, everything stays as it is. */
export interface TextStyle {
  bold?: (text: string) => string;
  dim?: (text: string) => string;
  /** Better by more than the error. */
  good?: (text: string) => string;
  /** Worse by more than the error, or infinite. */
  bad?: (text: string) => string;
}

export const plainStyle: Required<TextStyle> = {
  bold: (text) => text,
  dim: (text) => text,
  good: (text) => text,
  bad: (text) => text,
};
