import { expand, reduce } from "./exp";
import { focalSlope, focalValue } from "./focal-loss";
import { log1p, scalarLog1p } from "./log1p";
import { lanes, loadPart } from "./vector";

/** Elements that are worked on together, whatever rows they belong to. */
const CHUNK: usize = 128;

/** Writes what an element's two terms count, 0 where it is ignored or masked; its logit is then 0. */
function weigh<T>(
  first: usize,
  count: usize,
  x: usize,
  columns: usize,
  labels: usize,
  ignore: f64,
  targets: usize,
  weights: usize,
  positives: usize,
  negatives: usize,
  smoothing: f64,
  mask: usize,
  maskStride: usize,
  upstreams: usize,
  upstream: f64,
  logits: usize,
  present: usize,
  absent: usize,
  scales: usize,
): i32 {
  let i = first / columns;
  let k = first - i * columns;
  for (let j: usize = 0; j < count; j++) {
    const at = j << alignof<T>();
    const label = labels ? load<i32>(labels + (i << 2)) : -1;
    const isIgnored = labels && <f64>label === ignore;
    if (labels && !isIgnored && <usize>label >= columns) return <i32>i;
    if (isIgnored || (mask && !load<u8>(mask + i * maskStride + k))) {
      store<T>(logits + at, 0);
      store<T>(present + at, 0);
      store<T>(absent + at, 0);
      store<T>(scales + at, 0);
    } else {
      let t: f64 = labels ? (<usize>label === k ? 1 : 0) : load<T>(targets + ((first + j) << alignof<T>()));
      if (!(t >= 0 && t <= 1)) return <i32>i;
      t = (1 - smoothing) * t + smoothing / 2;
      const weight: f64 = weights ? load<f64>(weights + (i << 3)) : 1;
      store<T>(logits + at, load<T>(x + ((first + j) << alignof<T>())));
      store<T>(present + at, <T>(weight * load<f64>(positives + (k << 3)) * t));
      store<T>(absent + at, <T>(weight * load<f64>(negatives + (k << 3)) * (1 - t)));
      store<T>(scales + at, <T>(upstreams ? load<f64>(upstreams + (i << 3)) : upstream));
    }
    if (++k === columns) {
      k = 0;
      i++;
    }
  }
  return -1;
}

/**
 * `weigh` where every element counts alike: targets, and one weight for present and one for absent classes.
 *
 * @returns whether every target is from 0 to 1.
 */
function weighEvenly<T>(
  x: usize,
  targets: usize,
  count: usize,
  positive: f64,
  negative: f64,
  smoothing: f64,
  logits: usize,
  present: usize,
  absent: usize,
): bool {
  const zero = v128.splat<T>(0);
  const one = v128.splat<T>(1);
  const share = v128.splat<T>(<T>(1 - smoothing));
  const half = v128.splat<T>(<T>(smoothing / 2));
  const up = v128.splat<T>(<T>positive);
  const down = v128.splat<T>(<T>negative);
  let isGood = v128.eq<T>(zero, zero);
  const rest = count % lanes<T>();
  const whole = (count - rest) << alignof<T>();
  for (let at: usize = 0; at < whole || (rest && at === whole); at += 16) {
    const isWhole = at < whole;
    const given = isWhole ? v128.load(targets + at) : loadPart<T>(targets + at, rest, 0);
    isGood = v128.and(isGood, v128.and(v128.ge<T>(given, zero), v128.le<T>(given, one)));
    const t = v128.add<T>(v128.mul<T>(given, share), half);
    v128.store(logits + at, isWhole ? v128.load(x + at) : loadPart<T>(x + at, rest, 0));
    v128.store(present + at, v128.mul<T>(t, up));
    v128.store(absent + at, v128.mul<T>(v128.sub<T>(one, t), down));
  }
  return i32x4.all_true(isGood);
}

/** Whether so many doubles are all the same. */
function areEven(p: usize, count: usize): bool {
  for (let k: usize = 1; k < count; k++) if (load<f64>(p + (k << 3)) !== load<f64>(p)) return false;
  return true;
}

/** Logits become losses, and e = exp(−|x|) becomes the gradient. */
function termsOfChunk<T>(
  bytes: usize,
  logits: usize,
  e: usize,
  present: usize,
  absent: usize,
  scales: usize,
): void {
  const zero = v128.splat<T>(0);
  const one = v128.splat<T>(1);
  for (let at: usize = 0; at < bytes; at += 16) {
    const y = v128.load(logits + at);
    const a = v128.load(e + at);
    const b = v128.load(present + at);
    const c = v128.load(absent + at);
    const tail = log1p<T>(a);
    const near = v128.div<T>(one, v128.add<T>(one, a));
    const far = v128.mul<T>(a, near);
    const isNegative = v128.lt<T>(y, zero);
    // −ln σ(x) and −ln σ(−x); 0·∞ is 0.
    const surprisal = v128.sub<T>(tail, v128.and(y, isNegative));
    const other = v128.add<T>(tail, v128.andnot(y, isNegative));
    const up = v128.and(v128.mul<T>(b, surprisal), v128.gt<T>(b, zero));
    const down = v128.and(v128.mul<T>(c, other), v128.gt<T>(c, zero));
    v128.store(logits + at, v128.add<T>(up, down));
    const p = v128.bitselect(far, near, isNegative);
    const q = v128.bitselect(near, far, isNegative);
    v128.store(
      e + at,
      v128.mul<T>(v128.sub<T>(v128.mul<T>(c, p), v128.mul<T>(b, q)), v128.load(scales + at)),
    );
  }
}

/**
 * Sigmoid cross-entropy, or its focal loss, of rows: Σ present·softplus(−x) + absent·softplus(x).
 *
 * @param labels `[rows]`, or 0: then `targets` is `[rows, columns]`.
 * @param positives `[columns]` doubles: what the terms of present classes are multiplied by; `negatives` of absent ones.
 * @param mask bytes, or 0; each row's is `maskStride` after the one before.
 * @param upstreams `[rows]` doubles, or 0: then `upstream` it is.
 * @param loss `[rows]` doubles, or 0: not wanted.
 * @param gradient `[rows, columns]`, or 0: not wanted; it may be x.
 * @returns the first row with a bad label or target or a NaN, or −1.
 */
function sigmoidRowsOf<T>(
  x: usize,
  rows: usize,
  columns: usize,
  labels: usize,
  ignore: f64,
  targets: usize,
  weights: usize,
  positives: usize,
  negatives: usize,
  smoothing: f64,
  mask: usize,
  maskStride: usize,
  gamma: f64,
  upstreams: usize,
  upstream: f64,
  loss: usize,
  gradient: usize,
  scratch: usize,
): i32 {
  const room = CHUNK << alignof<T>();
  const zeros = scratch;
  const sums = scratch + 16;
  const logits = scratch + 64;
  const present = logits + room;
  const absent = present + room;
  const scales = absent + room;
  const e = scales + room;
  const n = e + room;
  const all = rows * columns;
  const sign = v128.splat<T>(<T>-0.0);
  v128.store(zeros, v128.splat<T>(0));
  const isEven =
    !labels && !weights && !mask && !upstreams && areEven(positives, columns) && areEven(negatives, columns);
  if (isEven) for (let j: usize = 0; j < CHUNK; j++) store<T>(scales + (j << alignof<T>()), <T>upstream);
  let row: usize = 0;
  let k: usize = 0;
  let sum: f64 = 0;
  for (let first: usize = 0; first < all; first += CHUNK) {
    const count = min(CHUNK, all - first);
    const bytes = ((count << alignof<T>()) + 15) & ~15;
    const even =
      isEven &&
      weighEvenly<T>(
        x + (first << alignof<T>()),
        targets + (first << alignof<T>()),
        count,
        load<f64>(positives),
        load<f64>(negatives),
        smoothing,
        logits,
        present,
        absent,
      );
    if (!even) memory.fill(logits, 0, 4 * room); // also what is past the end
    const bad = even
      ? -1
      : weigh<T>(
          first,
          count,
          x,
          columns,
          labels,
          ignore,
          targets,
          weights,
          positives,
          negatives,
          smoothing,
          mask,
          maskStride,
          upstreams,
          upstream,
          logits,
          present,
          absent,
          scales,
        );
    if (bad >= 0) return bad;
    // exp(−|x|)
    for (let at: usize = 0; at < bytes; at += 16) v128.store(e + at, v128.or(v128.load(logits + at), sign));
    reduce<T>(e, 1, bytes, zeros, n, e);
    expand<T>(n, e, 1, bytes, e, sums);
    const total = load<f64>(sums) + load<f64>(sums, 8) + load<f64>(sums, 16) + load<f64>(sums, 24);
    if (total !== total) {
      for (let j: usize = 0; j < count; j++) {
        const y = load<T>(logits + (j << alignof<T>()));
        if (y !== y) return <i32>((first + j) / columns);
      }
    }
    if (gamma === 0) termsOfChunk<T>(bytes, logits, e, present, absent, scales);
    else focalOfChunk<T>(gamma, count, logits, e, present, absent, scales);
    if (gradient) memory.copy(gradient + (first << alignof<T>()), e, count << alignof<T>());
    if (loss) {
      for (let j: usize = 0; j < count; j++) {
        sum += load<T>(logits + (j << alignof<T>()));
        if (++k < columns) continue;
        store<f64>(loss + (row++ << 3), sum);
        sum = 0;
        k = 0;
      }
    }
  }
  return -1;
}

/** The losses and gradients of a chunk, like `termsOfChunk`, with focal factors: powers have no vector form. */
function focalOfChunk<T>(
  gamma: f64,
  count: usize,
  logits: usize,
  e: usize,
  present: usize,
  absent: usize,
  scales: usize,
): void {
  for (let j: usize = 0; j < count; j++) {
    const at = j << alignof<T>();
    const y: f64 = load<T>(logits + at);
    const a: f64 = load<T>(e + at);
    const b: f64 = load<T>(present + at);
    const c: f64 = load<T>(absent + at);
    const tail = scalarLog1p(a);
    const near = 1 / (1 + a);
    const far = a * near;
    const p = y < 0 ? far : near;
    const q = y < 0 ? near : far;
    let value: f64 = 0;
    let slope: f64 = 0;
    if (b > 0) {
      const surprisal = tail - min<f64>(y, 0);
      value += b * focalValue(gamma, surprisal, q);
      slope -= b * focalSlope(gamma, surprisal, p, q) * q;
    }
    if (c > 0) {
      const surprisal = tail + max<f64>(y, 0);
      value += c * focalValue(gamma, surprisal, p);
      slope += c * focalSlope(gamma, surprisal, q, p) * p;
    }
    store<T>(logits + at, <T>value);
    store<T>(e + at, <T>(slope * load<T>(scales + at)));
  }
}

export function sigmoidRows(
  isDouble: bool,
  x: usize,
  rows: usize,
  columns: usize,
  labels: usize,
  ignore: f64,
  targets: usize,
  weights: usize,
  positives: usize,
  negatives: usize,
  smoothing: f64,
  mask: usize,
  maskStride: usize,
  gamma: f64,
  upstreams: usize,
  upstream: f64,
  loss: usize,
  gradient: usize,
  scratch: usize,
): i32 {
  return isDouble
    ? sigmoidRowsOf<f64>(
        x,
        rows,
        columns,
        labels,
        ignore,
        targets,
        weights,
        positives,
        negatives,
        smoothing,
        mask,
        maskStride,
        gamma,
        upstreams,
        upstream,
        loss,
        gradient,
        scratch,
      )
    : sigmoidRowsOf<f32>(
        x,
        rows,
        columns,
        labels,
        ignore,
        targets,
        weights,
        positives,
        negatives,
        smoothing,
        mask,
        maskStride,
        gamma,
        upstreams,
        upstream,
        loss,
        gradient,
        scratch,
      );
}
