import type { SchemaElement, SchemaTree } from "hyparquet";

/** The type of a column, spelled as DuckDB does; what is neither a value nor an array of values has a type no role takes. */
export function columnType(tree: SchemaTree): string {
  if (tree.children.length === 0) {
    const type = valueType(tree.element);
    return tree.element.repetition_type === "REPEATED" ? `${type}[]` : type;
  }
  const inner = listOf(tree);
  if (inner) return `${columnType(inner)}[]`;
  return tree.element.converted_type?.startsWith("MAP") ? "MAP" : "STRUCT";
}

/** What a list is a list of, in the three-level form and in the older one of two levels. */
function listOf(tree: SchemaTree): SchemaTree | undefined {
  const isList = tree.element.converted_type === "LIST" || tree.element.logical_type?.type === "LIST";
  if (!isList || tree.children.length !== 1) return undefined;
  const [repeated] = tree.children;
  if (repeated.children.length === 1) return repeated.children[0];
  return repeated.children.length === 0
    ? { ...repeated, element: { ...repeated.element, repetition_type: "REQUIRED" } }
    : undefined;
}

function valueType({
  type,
  converted_type: converted,
  logical_type: logical,
  ...element
}: SchemaElement): string {
  if (logical?.type === "INTEGER") return integerType(logical.bitWidth, logical.isSigned);
  const integer = /^(U?)INT_(\d+)$/.exec(converted ?? "");
  if (integer) return integerType(Number(integer[2]), integer[1] === "");
  if (logical?.type === "DECIMAL") return `DECIMAL(${logical.precision},${logical.scale})`;
  if (converted === "DECIMAL") return `DECIMAL(${element.precision},${element.scale ?? 0})`;
  if (logical?.type === "TIMESTAMP") {
    if (logical.isAdjustedToUTC) return "TIMESTAMP WITH TIME ZONE";
    return logical.unit === "NANOS" ? "TIMESTAMP_NS" : "TIMESTAMP";
  }
  if (logical?.type === "TIME" || converted?.startsWith("TIME_")) return "TIME";
  if (converted?.startsWith("TIMESTAMP_")) return "TIMESTAMP";
  if (logical?.type === "DATE" || converted === "DATE") return "DATE";
  if (logical?.type === "UUID") return "UUID";
  if (logical?.type === "FLOAT16") return "FLOAT";
  const isText =
    /^(STRING|ENUM|JSON)$/.test(logical?.type ?? "") || /^(UTF8|ENUM|JSON)$/.test(converted ?? "");
  if (isText) return "VARCHAR";
  const plain = {
    BOOLEAN: "BOOLEAN",
    INT32: "INTEGER",
    INT64: "BIGINT",
    INT96: "TIMESTAMP",
    FLOAT: "FLOAT",
    DOUBLE: "DOUBLE",
  };
  return plain[type as keyof typeof plain] ?? "BLOB";
}

function integerType(bits: number, signed: boolean): string {
  const name = { 8: "TINYINT", 16: "SMALLINT", 32: "INTEGER", 64: "BIGINT" }[bits] ?? "BIGINT";
  return signed ? name : `U${name}`;
}
