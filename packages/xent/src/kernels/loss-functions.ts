import { checkIsTruth, checkMatrix } from "../losses/check.ts";
import {
  type FloatArray,
  type FloatMatrix,
  type Labels,
  matrixLike,
  type Upstream,
} from "../losses/matrix.ts";

/** What a call is to fill: the buffers that are there. */
export interface Wanted {
  upstream: Upstream;
  loss?: Float64Array;
  gradient?: FloatMatrix;
}

/** Fills what is wanted, or throws. */
export type Fill<Options> = (
  caller: string,
  logits: FloatMatrix,
  truth: Labels | FloatMatrix,
  options: Options,
  wanted: Wanted,
) => void;

/** The three functions of each loss, made of the one that fills. */
export function lossFunctions<Options extends object>(fill: Fill<Options>) {
  return {
    loss(
      caller: string,
      logits: FloatMatrix,
      truth: Labels | FloatMatrix,
      { out, ...options }: Options & { out?: Float64Array },
    ): Float64Array {
      checkMatrix(caller, "logits", logits);
      checkIsTruth(caller, truth);
      const loss = out ?? new Float64Array(logits.rows);
      fill(caller, logits, truth, options as unknown as Options, { upstream: 1, loss });
      return loss;
    },
    gradient(
      caller: string,
      logits: FloatMatrix,
      truth: Labels | FloatMatrix,
      upstream: Upstream,
      { out, ...options }: Options & { out?: FloatArray },
    ): FloatMatrix {
      checkMatrix(caller, "logits", logits);
      checkIsTruth(caller, truth);
      const gradient = matrixLike(logits, out);
      fill(caller, logits, truth, options as unknown as Options, { upstream, gradient });
      return gradient;
    },
    both(
      caller: string,
      logits: FloatMatrix,
      truth: Labels | FloatMatrix,
      upstream: Upstream,
      { out, ...options }: Options & { out?: { loss?: Float64Array; gradient?: FloatArray } },
    ): { loss: Float64Array; gradient: FloatMatrix } {
      checkMatrix(caller, "logits", logits);
      checkIsTruth(caller, truth);
      const loss = out?.loss ?? new Float64Array(logits.rows);
      const gradient = matrixLike(logits, out?.gradient);
      fill(caller, logits, truth, options as unknown as Options, { upstream, loss, gradient });
      return { loss, gradient };
    },
  };
}
