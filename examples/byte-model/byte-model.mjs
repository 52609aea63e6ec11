import { lbfgs, minimise } from "xent/fit";

// How reliable a context is, from how often it occurred (by powers of two) and how many different bytes followed.
const countLevels = 12;
const variety = (distinct) => (distinct === 1 ? 0 : distinct === 2 ? 1 : distinct < 5 ? 2 : 3);
const levels = 1 + 4 * countLevels;
const levelOf = (tree, node) =>
  node === -1
    ? 0
    : 1 +
      4 * Math.min(Math.floor(Math.log2(tree.total(node))), countLevels - 1) +
      variety(tree.distinct(node));

/** Weights that a level has been met with no more often than this stay near where they start. */
const ridge = 0.1;

/**
 * A model of the next byte: for each length k of context from 0 to the order, the share of the byte among those that
 * followed the context, in the training text (a) and in the document so far (b), mixed with the shorter context's:
 *
 *     p₋₁ = 1/256        pₖ = w₀·pₖ₋₁ + w₁·aₖ + w₂·bₖ,        w = softmax(θ[k, level of a's context, level of b's])
 *
 * A context that never occurred takes no part. The weights θ are those that minimise the cross-entropy of a text that
 * is in neither: `fitted`. Every p is above zero, and the 256 of them sum to one.
 *
 * @param tree the counts of the training text.
 * @param options.order at most the tree's.
 * @see Jelinek & Mercer, Interpolated estimation of Markov source parameters from sparse data (1980).
 */
export function byteModel(tree, { order = tree.order } = {}) {
  const parameters = new Float64Array((order + 1) * levels * levels * 3);
  const [inTraining, inDocument] = [new Int32Array(tree.order + 1), new Int32Array(tree.order + 1)];

  /** Calls `mix(place of the weights, a or −1, b or −1)` for each length of context that occurred, the shortest first. */
  function walk(bytes, i, document, mix) {
    tree.contexts(bytes, i, inTraining);
    if (document) document.contexts(bytes, i, inDocument);
    else inDocument.fill(-1);
    for (let k = 0; k <= order; k++) {
      const [own, other] = [inTraining[k], inDocument[k]];
      if (own === -1 && other === -1) continue;
      const place = 3 * ((k * levels + levelOf(tree, own)) * levels + levelOf(document, other));
      mix(
        place,
        own === -1 ? -1 : tree.count(own, bytes[i]) / tree.total(own),
        other === -1 ? -1 : document.count(other, bytes[i]) / document.total(other),
      );
    }
  }

  return {
    /** ln p of the byte at `i`, given those before it and the counts of the document so far, if any. */
    logProbability(bytes, i, document) {
      let p = 1 / 256;
      walk(bytes, i, document, (place, a, b) => {
        const [w0, w1, w2] = weightsAt(parameters, place, a !== -1, b !== -1);
        p = w0 * p + (w1 && w1 * a) + (w2 && w2 * b);
      });
      return Math.log(p);
    },

    /** Fits the weights to texts: `examples` calls its argument with (bytes, i, document) for each byte. */
    fit(examples, options = {}) {
      const steps = { places: [], a: [], b: [], ends: [] };
      examples((bytes, i, document) => {
        walk(bytes, i, document, (place, a, b) => {
          steps.places.push(place);
          steps.a.push(a);
          steps.b.push(b);
        });
        steps.ends.push(steps.places.length);
      });
      const minimum = minimise(mixtureProblem(steps, parameters.length), lbfgs(), {
        maximumIterations: 200,
        gradientTolerance: 1e-6,
        valueTolerance: 1e-7,
        ...options,
      });
      parameters.set(minimum.parameters);
      return minimum;
    },
  };
}

/** softmax of three parameters, over those that take part. */
function weightsAt(parameters, place, a, b) {
  const z0 = parameters[place];
  const z1 = a ? parameters[place + 1] : Number.NEGATIVE_INFINITY;
  const z2 = b ? parameters[place + 2] : Number.NEGATIVE_INFINITY;
  const max = Math.max(z0, z1, z2);
  const [e0, e1, e2] = [Math.exp(z0 - max), Math.exp(z1 - max), Math.exp(z2 - max)];
  const sum = e0 + e1 + e2;
  return [e0 / sum, e1 / sum, e2 / sum];
}

/**
 * The mean of −ln p over all bytes, and ridge/2·|θ|² over their number. Backwards through the mixture:
 *
 *     ∂p/∂pₖ = Π_{j>k} w₀ⱼ,        ∂pₖ/∂θⱼ = wⱼ·(xⱼ − pₖ)  for x = (pₖ₋₁, aₖ, bₖ)
 */
function mixtureProblem({ places, a, b, ends }, size) {
  const [place, first, second] = [Int32Array.from(places), Float64Array.from(a), Float64Array.from(b)];
  const longest = 64;
  const [before, after, w0, w1, w2] = Array.from({ length: 5 }, () => new Float64Array(longest));
  return {
    size,
    valueAndGradient(parameters, gradient) {
      const rows = ends.length;
      let loss = 0;
      for (let j = 0; j < size; j++) {
        gradient[j] = (ridge / rows) * parameters[j];
        loss += (ridge / 2) * parameters[j] ** 2;
      }
      let start = 0;
      for (const end of ends) {
        let p = 1 / 256;
        for (let s = start; s < end; s++) {
          const [x1, x2] = [first[s], second[s]];
          const at = place[s];
          const e0 = Math.exp(parameters[at]);
          const e1 = x1 < 0 ? 0 : Math.exp(parameters[at + 1]);
          const e2 = x2 < 0 ? 0 : Math.exp(parameters[at + 2]);
          const sum = e0 + e1 + e2;
          const j = s - start;
          before[j] = p;
          w0[j] = e0 / sum;
          w1[j] = e1 / sum;
          w2[j] = e2 / sum;
          p = w0[j] * p + w1[j] * x1 + w2[j] * x2;
          after[j] = p;
        }
        loss -= Math.log(p);
        let slope = -1 / (p * rows);
        for (let s = end - 1; s >= start; s--) {
          const j = s - start;
          const at = place[s];
          gradient[at] += slope * w0[j] * (before[j] - after[j]);
          gradient[at + 1] += slope * w1[j] * (first[s] - after[j]);
          gradient[at + 2] += slope * w2[j] * (second[s] - after[j]);
          slope *= w0[j];
        }
        start = end;
      }
      return loss / rows;
    },
  };
}
