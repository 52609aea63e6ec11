export { exponentialsF32, exponentialsF64 } from "./exp";
export {
  addProductsF32,
  addProductsF64,
  differentiateF32,
  differentiateF64,
  finishLogitsF32,
  finishLogitsF64,
  mergeF32,
  mergeF64,
  multiplyF32,
  multiplyF64,
} from "./linear-cross-entropy";
export { sigmoidRowsF32, sigmoidRowsF64 } from "./sigmoid-cross-entropy";
export { targetRowsF32, targetRowsF64 } from "./soft-target-cross-entropy";
export { softmaxRowsF32, softmaxRowsF64 } from "./softmax";
export { labelRowsF32, labelRowsF64 } from "./softmax-cross-entropy";

/** Where memory is free: what is below holds constants. */
export function heapBase(): usize {
  return __heap_base;
}
