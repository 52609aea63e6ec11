import { linearCrossEntropyOver } from "./linear-cross-entropy-over.ts";
import type { LinearCrossEntropy, LinearCrossEntropyWithGradient } from "./linear-options.ts";
import { linearTiles } from "./linear-tiles.ts";

const { linearCrossEntropy: lossOfTiles, linearCrossEntropyWithGradient: lossAndGradientOfTiles } =
  linearCrossEntropyOver(linearTiles);

/**
 * Softmax cross-entropy of a linear layer: that of the logits inputs·weightᵀ + bias, which are never all in memory.
 *
 *     logits[i, k] = cap(Σⱼ inputs[i, j]·weight[k, j] + bias[k]),   cap(x) = c·tanh(x / c) with a softcap
 *     loss[i] = −Σₖ a[k]·ln softmax(logits[i])[k] + weights[i]·λ·(ln Σₖ exp logits[i, k])²,   λ = zLoss
 *     a[k] = weights[i]·classWeights[k]·((1 − ε)·[k = labels[i]] + ε/classes)
 *
 * The logits are made tile by tile, of at most 2¹⁸ numbers. Rows that are ignored or have weight 0 are dropped
 * before the product: they cost nothing and may hold anything.
 *
 * @param inputs `[rows, features]` finite.
 * @param weight `[classes, features]` finite.
 * @param labels `[rows]` integers from 0 to classes − 1, or `ignoreLabel`.
 * @param options `bias`, `softcap`, `zLoss`, `weights`, `classWeights`, `labelSmoothing`, `ignoreLabel`; `reduction`
 *   "mean", "sum" or the options of `reduce`, where the divisor "weights" is Σ `labelWeights`; `out` without one.
 * @returns `[rows]` in nats, or one number if it is reduced; ≥ 0.
 * @throws `XentError` `shape` if shapes differ, `label` if a label is not a class, `value` for a number that is not
 *   finite and for a product that overflows, `option` for an option outside its range.
 * @see Wijmans et al., Cut Your Losses in Large-Vocabulary Language Models (2025), section 4; for the softcap, Gemma
 *   Team, Gemma 2 (2024), section 2; for λ, Chowdhery et al., PaLM (2022), section 5.
 */
export const linearCrossEntropy: LinearCrossEntropy = lossOfTiles;

/**
 * `linearCrossEntropy`, its gradients and the share of right predictions, in one pass.
 *
 *     G[i, k] = upstream[i]·((Σₖ a[k] + 2·weights[i]·λ·lse[i])·softmax(logits[i])[k] − a[k])·cap′
 *     inputsGradient = G·weight,   weightGradient = Gᵀ·inputs,   biasGradient = Σᵢ G[i]
 *
 * Where the classes are so many that a tile does not hold all of them for 16 rows, the logits are computed twice.
 * Sums are in float64 also for float32 matrices; the weight's gradient is rounded to its precision once a block of
 * rows.
 *
 * @param upstream one number, or `[rows]` if the loss is not reduced; 1 unless given.
 * @param options as `linearCrossEntropy`; `out` buffers `loss`, `inputsGradient` (may be the inputs' own array),
 *   `weightGradient` and `biasGradient`.
 * @returns the loss, `inputsGradient`, `weightGradient`, `biasGradient` if there is a bias, each of the precision of
 *   what it is the gradient of; `correct`, `counted` and `accuracy`.
 * @throws as `linearCrossEntropy`.
 */
export const linearCrossEntropyWithGradient: LinearCrossEntropyWithGradient = lossAndGradientOfTiles;
