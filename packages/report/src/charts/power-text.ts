const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A power of ten as it is printed: 10⁻⁷. */
export const powerText = (exponent: number): string =>
  `10${[...`${exponent}`].map((digit) => (digit === "-" ? "⁻" : digits[Number(digit)])).join("")}`;
