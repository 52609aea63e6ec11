export { differencesChart } from "./differences.ts";
export { modelLossesChart } from "./model-losses.ts";
export { reliabilityChart } from "./reliability.ts";
