export { type CompiledLoss, compileLoss } from "./compile-loss.ts";
export { crossEntropy } from "./cross-entropy.ts";
export type { ClassOptions } from "./options.ts";
export { perplexity } from "./perplexity.ts";
export { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";
