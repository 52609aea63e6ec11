export { checkFirstLength, lengthOfType } from "./array-length.ts";
export { binaryClassNames, binaryLabel, mostBinaryLabels } from "./binary-class-names.ts";
export { bindRoles } from "./bind-roles.ts";
export { type BoundRoles, type Family, needsOf } from "./bound-roles.ts";
export { checkRoleOptions } from "./check-role-options.ts";
export { arrayClassNames, classNames, isRenamed } from "./class-names.ts";
export { isFloating, isInteger, isList, isNumeric } from "./column-types.ts";
export { editDistance, nearestName } from "./edit-distance.ts";
export { evaluateTables, type OpenTable, type TablesRequest } from "./evaluate-tables.ts";
export {
  checkRowCount,
  checkSliceValues,
  checkUsable,
  type Evaluated,
  mostValuesOfSlice,
  rowsOf,
  type SourceReport,
  splitPlan,
} from "./evaluated.ts";
export { faultKinds, isOfTargets, ofPredictions } from "./fault-kinds.ts";
export {
  asksForLabels,
  type Fault,
  faultError,
  faultWarnings,
  mostNumbersText,
  mostRemedyLabels,
} from "./faults.ts";
export { columnOf, matches, suggestion } from "./find-columns.ts";
export { checkModelCount, checkModelNames, modelNames, mostModels } from "./model-names.ts";
export { numberText } from "./number-text.ts";
export { columnsOf, type Numbers, withColumns } from "./numbers.ts";
export { ByteReader } from "./numpy/byte-reader.ts";
export { fromHalf } from "./numpy/half-float.ts";
export { type DataType, type NpyHeader, readNpyHeader } from "./numpy/npy-header.ts";
export { type NpyArray, npyColumns, npyCutOff, npyRows, npyTexts } from "./numpy/npy-rows.ts";
export {
  differentLengths,
  disagreement,
  notCompared,
  nothingPairs,
  repeatedKey,
  type SharedValue,
  shiftedRows,
  unpairedWarning,
} from "./pair-faults.ts";
export { checkPolicies, type PolicyOptions } from "./policies.ts";
export type { RoleOptions } from "./role-options.ts";
export { hasSingle, planScan, type ScanPlan, tableColumn } from "./scan-plan.ts";
export type { SourceSpec } from "./source-spec.ts";
export type {
  ArrayValues,
  Column,
  Need,
  NumberValues,
  Table,
  TableSource,
  TextValues,
  Values,
} from "./table.ts";
