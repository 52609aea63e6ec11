/** sin(i + 1) as 32-bit fractions, and how far each step of a round rotates. */
const sines = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));
const rotations = Int32Array.of(7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21);
const start = Int32Array.of(0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476);

const encoder = new TextEncoder();
let bytes = new Uint8Array(256);
const words = new Int32Array(16);
const state = new Int32Array(4);

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

/** Four words, which the next call overwrites. */
function digest(text: string): Int32Array {
  const count = encode(text);
  // A one, then zeros up to the length in bits, which ends the last block of 64 bytes.
  const length = (((count + 8) >>> 6) + 1) << 6;
  bytes.fill(0, count, length);
  bytes[count] = 0x80;
  for (let j = 0; j < 4; j++) bytes[length - 8 + j] = (count << 3) >>> (8 * j);
  bytes[length - 4] = Math.floor(count / 2 ** 29);

  state.set(start);
  for (let block = 0; block < length; block += 64) {
    for (let j = 0; j < 16; j++) {
      const at = block + 4 * j;
      words[j] = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    }
    addBlock();
  }
  return state;
}

/** Mixes the words of a block into the state. */
function addBlock(): void {
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    let mixed: number;
    let word: number;
    if (round === 0) {
      mixed = (b & c) | (~b & d);
      word = i;
    } else if (round === 1) {
      mixed = (d & b) | (~d & c);
      word = 5 * i + 1;
    } else if (round === 2) {
      mixed = b ^ c ^ d;
      word = 3 * i + 5;
    } else {
      mixed = c ^ (b | ~d);
      word = 7 * i;
    }
    const sum = (a + mixed + sines[i] + words[word & 15]) | 0;
    const left = rotations[4 * round + (i & 3)];
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << left) | (sum >>> (32 - left)))) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

/** The UTF-8 bytes of a text, and how many they are; most texts are row numbers, whose encoder costs more than they. */
function encode(text: string): number {
  // A unit of UTF-16 is at most three bytes; the padding is up to 72.
  if (bytes.length < 3 * text.length + 72) bytes = new Uint8Array(6 * text.length + 144);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return encoder.encodeInto(text, bytes).written;
    bytes[i] = code;
  }
  return text.length;
}
