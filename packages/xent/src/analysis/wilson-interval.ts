/**
 * Wilson's interval of a share: not empty at 0 and 1, and never outside.
 *
 * @param rows independent rows behind it, above 0; need not be whole.
 * @param z how many standard errors the interval reaches.
 * @see Wilson, Probable inference (1927); Brown, Cai & DasGupta (2001), eq. 4.
 */
export function wilsonInterval(share: number, rows: number, z: number): [number, number] {
  const centre = (share + z ** 2 / (2 * rows)) / (1 + z ** 2 / rows);
  const reach = (z / (1 + z ** 2 / rows)) * Math.sqrt((share * (1 - share)) / rows + (z / (2 * rows)) ** 2);
  return [Math.max(centre - reach, 0), Math.min(centre + reach, 1)];
}
