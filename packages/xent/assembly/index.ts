export { exponentialsF32, exponentialsF64 } from "./exp";
export { addProducts, differentiate, finishLogits, merge, multiply } from "./linear-cross-entropy";
export { sigmoidRows } from "./sigmoid-cross-entropy";
export { targetRows } from "./soft-target-cross-entropy";
export { softmaxRows } from "./softmax";
export { labelRows } from "./softmax-cross-entropy";

/** Where memory is free: what is below holds constants. */
export function heapBase(): usize {
  return __heap_base;
}
