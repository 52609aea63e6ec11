/**
 * The reader of Parquet multiplies a decimal's whole number by 10^−scale, which rounds twice (35 · 0.01 is no 0.35):
 * one division gives the nearest number.
 */
export function decimalOf(type: string): ((value: number) => number) | undefined {
  const scale = /^DECIMAL\(\d+,(\d+)\)/.exec(type)?.[1];
  if (scale === undefined || scale === "0") return undefined;
  const power = 10 ** Number(scale);
  return (value) => Math.round(value * power) / power;
}
