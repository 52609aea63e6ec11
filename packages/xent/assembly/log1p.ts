// ln(1 + x) for x ≥ 0: y = 1 + x, and what its rounding lost, y = 2ᵏ·m with m from √½ to √2, and with f = m − 1 and
// s = f/(2 + f) the series ln m = f − f²/2 + s·(f²/2 + R(s²)) of fdlibm's s_log1p.c and, in single precision, musl's
// logf.c.

const LN2_HIGH_F32: f32 = 6.9313812256e-1;
const LN2_LOW_F32: f32 = 9.0580006145e-6;

function log1pF32(x: v128): v128 {
  const one = f32x4.splat(1);
  const y = f32x4.add(x, one);
  const offset = i32x4.splat(0x3f3504f3); // √½
  const k = i32x4.shr_u(i32x4.sub(y, offset), 23);
  const m = i32x4.sub(y, i32x4.shl(k, 23));
  // Where k is 0, x itself is f. Elsewhere what the rounding of 1 + x lost is less than a unit of the result.
  const f = v128.bitselect(x, f32x4.sub(m, one), i32x4.eq(k, i32x4.splat(0)));
  const s = f32x4.div(f, f32x4.add(f, f32x4.splat(2)));
  const z = f32x4.mul(s, s);
  const w = f32x4.mul(z, z);
  const even = f32x4.mul(w, f32x4.add(f32x4.splat(0.40000972152), f32x4.mul(w, f32x4.splat(0.24279078841))));
  const odd = f32x4.mul(z, f32x4.add(f32x4.splat(0.66666662693), f32x4.mul(w, f32x4.splat(0.28498786688))));
  const half = f32x4.mul(f32x4.mul(f, f), f32x4.splat(0.5));
  const scale = f32x4.convert_i32x4_s(k);
  let sum = f32x4.add(
    f32x4.mul(s, f32x4.add(half, f32x4.add(even, odd))),
    f32x4.mul(scale, f32x4.splat(LN2_LOW_F32)),
  );
  sum = f32x4.add(f32x4.sub(sum, half), f);
  return f32x4.add(sum, f32x4.mul(scale, f32x4.splat(LN2_HIGH_F32)));
}

const LN2_HIGH_F64: f64 = 6.9314718036912381649e-1;
const LN2_LOW_F64: f64 = 1.90821492927058770002e-10;

function log1pF64(x: v128): v128 {
  const one = f64x2.splat(1);
  const y = f64x2.add(x, one);
  const lost = f64x2.div(f64x2.sub(x, f64x2.sub(y, one)), y);
  const offset = i64x2.splat(0x3fe6a09e667f3bcd); // √½
  const k = i64x2.shr_u(i64x2.sub(y, offset), 52);
  const m = i64x2.sub(y, i64x2.shl(k, 52));
  const f = f64x2.sub(m, one);
  const s = f64x2.div(f, f64x2.add(f, f64x2.splat(2)));
  const z = f64x2.mul(s, s);
  let p = f64x2.splat(1.479819860511658591e-1);
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.531383769920937332e-1));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.818357216161805012e-1));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.222219843214978396e-1));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.857142874366239149e-1));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(3.999999999940941908e-1));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(6.66666666666673513e-1));
  p = f64x2.mul(p, z);
  const half = f64x2.mul(f64x2.mul(f, f), f64x2.splat(0.5));
  // An integer below 2⁵² in the low bits of 2⁵² is that number.
  const scale = f64x2.sub(v128.or(k, i64x2.splat(0x4330000000000000)), f64x2.splat(4503599627370496.0));
  let sum = f64x2.add(f64x2.mul(s, f64x2.add(half, p)), lost);
  sum = f64x2.add(sum, f64x2.mul(scale, f64x2.splat(LN2_LOW_F64)));
  sum = f64x2.add(f64x2.sub(sum, half), f);
  return f64x2.add(sum, f64x2.mul(scale, f64x2.splat(LN2_HIGH_F64)));
}

/** ln(1 + x) of a vector of finite numbers ≥ 0, with the digits of a small x. */
export function log1p<T>(x: v128): v128 {
  return sizeof<T>() === 8 ? log1pF64(x) : log1pF32(x);
}

/** ln(1 + x) of `bytes` of numbers in single precision, in place. */
export function log1pBlock(p: usize, bytes: usize): void {
  for (const end = p + bytes; p < end; p += 16) v128.store(p, log1pF32(v128.load(p)));
}

/** ln(1 + x) of one number. */
export function scalarLog1p(x: f64): f64 {
  return f64x2.extract_lane(log1pF64(f64x2.splat(x)), 0);
}
