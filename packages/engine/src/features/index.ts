export { type FitOptions, type FitRequest, type Fitted, fitSource } from "./fit-source.ts";
export { checkModel, type FittedModel } from "./model-file.ts";
export { type Predicted, type PredictRequest, predictSource } from "./predict-source.ts";
export type { MissingPolicy } from "./schema.ts";
export type { Epoch } from "./train-minibatches.ts";
