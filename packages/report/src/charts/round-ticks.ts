/** Round numbers from low to high, 1, 2 or 5 times a power of ten apart, about `count` of them. */
export function roundTicks(low: number, high: number, count: number): { ticks: number[]; decimals: number } {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return { ticks: [low], decimals: 2 };
  const power = Math.floor(Math.log10(span / count));
  const lead = span / count / 10 ** power;
  const [factor, carry] = lead < 1.5 ? [1, 0] : lead < 3.5 ? [2, 0] : lead < 7.5 ? [5, 0] : [1, 1];
  const exponent = power + carry;
  // Multiples as integers times a power of ten: 3·0.1 would be 0.30000000000000004.
  const scale = (n: number) => (exponent < 0 ? n / 10 ** -exponent : n * 10 ** exponent);
  const step = scale(factor);
  const ticks: number[] = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++) {
    ticks.push(scale(n * factor) + 0); // + 0: never −0
  }
  return { ticks, decimals: Math.max(0, -exponent) };
}
