/** sin(i + 1) as 32-bit fractions, and how far each step of a round rotates. */
const sines = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));
const rotations = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];

const encoder = new TextEncoder();

/**
 * The MD5 digest of a text's UTF-8 bytes, as 32 hexadecimal digits: no secret, but a hash that every engine has.
 *
 * @see Rivest, The MD5 message-digest algorithm, RFC 1321 (1992), section 3.
 */
export function md5(text: string): string {
  return Array.from(digest(text), (word) => swapped(word).toString(16).padStart(8, "0")).join("");
}

/**
 * The first 60 bits of the MD5 digest, 15 hexadecimal digits, in two halves that a double holds exactly.
 *
 * @returns the first 32 bits and the 28 after them.
 */
export function md5Start(text: string): [high: number, low: number] {
  const [first, second] = digest(text);
  return [swapped(first), swapped(second) >>> 4];
}

/** Words are little-endian; digits are written byte after byte. */
const swapped = (word: number): number =>
  ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;

function digest(text: string): Int32Array {
  const bytes = encoder.encode(text);
  // A one, then zeros up to the length in bits, which ends the last block of 64 bytes.
  const padded = new DataView(new ArrayBuffer((((bytes.length + 8) >>> 6) + 1) << 6));
  new Uint8Array(padded.buffer).set(bytes);
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(padded.byteLength - 8, bytes.length << 3, true);
  padded.setUint32(padded.byteLength - 4, Math.floor(bytes.length / 2 ** 29), true);

  const state = Int32Array.of(0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476);
  for (let block = 0; block < padded.byteLength; block += 64) {
    let [a, b, c, d] = state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      let mixed: number;
      let word: number;
      if (round === 0) [mixed, word] = [(b & c) | (~b & d), i];
      else if (round === 1) [mixed, word] = [(d & b) | (~d & c), 5 * i + 1];
      else if (round === 2) [mixed, word] = [b ^ c ^ d, 3 * i + 5];
      else [mixed, word] = [c ^ (b | ~d), 7 * i];
      const sum = (a + mixed + sines[i] + padded.getInt32(block + ((word & 15) << 2), true)) | 0;
      const left = rotations[round][i & 3];
      [a, d, c, b] = [d, c, b, (b + ((sum << left) | (sum >>> (32 - left)))) | 0];
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
  }
  return state;
}
