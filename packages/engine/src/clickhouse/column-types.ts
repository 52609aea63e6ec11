/** Whole numbers of ClickHouse, as DuckDB spells them. */
const integers: Record<string, string> = {
  Int8: "TINYINT",
  Int16: "SMALLINT",
  Int32: "INTEGER",
  Int64: "BIGINT",
  UInt8: "UTINYINT",
  UInt16: "USMALLINT",
  UInt32: "UINTEGER",
  UInt64: "UBIGINT",
  Int128: "HUGEINT",
  UInt128: "UHUGEINT",
};

/** A type of ClickHouse as roles are bound by: spelled as DuckDB does, with a number or an array told from text. */
export function columnType(type: string): string {
  const inner = /^(?:Nullable|LowCardinality)\((.*)\)$/s.exec(type);
  if (inner) return columnType(inner[1]);
  const array = /^Array\((.*)\)$/s.exec(type);
  if (array) return `${columnType(array[1])}[]`;
  if (type === "Float64") return "DOUBLE";
  if (type === "Float32" || type === "BFloat16") return "FLOAT";
  if (type === "Bool") return "BOOLEAN";
  const decimal = /^Decimal\d*\((.*)\)$/.exec(type);
  if (decimal) return `DECIMAL(${decimal[1]})`;
  if (/^(String|FixedString|Enum|UUID|Date|IPv)/.test(type)) return "VARCHAR";
  return integers[type] ?? type;
}
