import { crossEntropy, crossEntropyTerms, entropy, klDivergence, klDivergenceTerms, perplexity } from "xent";
import type { Pair } from "./distribution.ts";

/** What the two distributions say, in nats, each measure with its terms. */
export interface PairFigures {
  entropy: number;
  divergence: number;
  crossEntropy: number;
  perplexity: number;
  terms: { entropy: Float64Array; divergence: Float64Array; crossEntropy: Float64Array };
}

export function pairFigures({ p, q }: Pair): PairFigures {
  return {
    entropy: entropy(p),
    divergence: klDivergence(p, q),
    crossEntropy: crossEntropy(p, q),
    perplexity: perplexity(p, q),
    terms: {
      entropy: crossEntropyTerms(p),
      divergence: klDivergenceTerms(p, q),
      crossEntropy: crossEntropyTerms(p, q),
    },
  };
}
