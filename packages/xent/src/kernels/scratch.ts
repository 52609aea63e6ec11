import type { FloatMatrix } from "../losses/matrix.ts";

// How much room the module's functions need beside their rows; the layouts are at the head of each in assembly/.

/** `labelRows`: sums and blocks of up to 32 rows of up to 128 classes. */
export const labelScratch = 16_384;

/** `targetRows` and `softmaxRows`: 64 bytes, two blocks, and three copies of a row in whole vectors. */
export const rowScratch = ({ data, columns }: FloatMatrix): number =>
  64 + 2 * 512 + 3 * (columns * data.BYTES_PER_ELEMENT + 16);

/** `sigmoidRows`: 64 bytes and six times 128 numbers. */
export const sigmoidScratch = 64 + 6 * 128 * 8;
