/** Random numbers that are the same for the same seed, on every machine. */
export interface SeededRandom {
  /** From 0 to below 1, in steps of 2⁻⁵³. */
  uniform(): number;
  /** An integer from 0 to below `below` (at most 2³²), each as likely. */
  integer(below: number): number;
  /** Of the standard normal distribution. */
  normal(): number;
  /** Puts the values in a random order, in place, and returns them. */
  shuffle<Values extends { length: number; [index: number]: number }>(values: Values): Values;
  /** Four integers that `seededRandom` continues from. */
  state(): number[];
}

/**
 * A generator of random numbers: xoshiro128**, of period 2¹²⁸ − 1.
 *
 * @param seed an integer, which SplitMix64 spreads over the generator's 128 bits; or the `state` of another, to go on
 *   where that one was.
 * @see Blackman & Vigna, Scrambled Linear Pseudorandom Number Generators (2021), figure 3 and section 5; Steele, Lea &
 *   Flood, Fast Splittable Pseudorandom Number Generators (2014), figure 16; Marsaglia & Bray, A Convenient Method for
 *   Generating Normal Variables (1964); Knuth, The Art of Computer Programming 2 (1998), algorithm 3.4.2 P.
 */
export function seededRandom(seed: number | ArrayLike<number>): SeededRandom {
  let [a, b, c, d] = typeof seed === "number" ? spread(seed) : Int32Array.from(seed, (word) => word | 0);

  /** 32 random bits, as an integer ≥ 0. */
  function next(): number {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9);
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11);
    return result >>> 0;
  }

  function uniform(): number {
    const high = next() >>> 5;
    return (high * 2 ** 26 + (next() >>> 6)) * 2 ** -53;
  }

  function integer(below: number): number {
    // What is left above a multiple of `below` would make the low integers likelier.
    const most = 2 ** 32 - (2 ** 32 % below);
    for (;;) {
      const bits = next();
      if (bits < most) return bits % below;
    }
  }

  function normal(): number {
    // Each pair of numbers makes two normal ones; the second is let go, so that the state is four integers only.
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }

  return {
    uniform,
    integer,
    normal,
    shuffle(values) {
      for (let last = values.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        const kept = values[last];
        values[last] = values[other];
        values[other] = kept;
      }
      return values;
    },
    state: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0],
  };
}

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));

/** 128 bits of an integer: two numbers of SplitMix64. */
function spread(seed: number): Int32Array {
  const words = new Int32Array(4);
  let state = BigInt.asUintN(64, BigInt(seed));
  for (let at = 0; at < 4; at += 2) {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    z ^= z >> 31n;
    words[at] = Number(BigInt.asIntN(32, z));
    words[at + 1] = Number(BigInt.asIntN(32, z >> 32n));
  }
  return words;
}
