// Writes the Parquet files beside it, with the DuckDB of packages/engine: node packages/web/test/read/files/make.mjs
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const { resolve } = createRequire(new URL("../../../../engine/package.json", import.meta.url));
const { DuckDBInstance } = await import(resolve("@duckdb/node-api"));
const connection = await (await DuckDBInstance.create(":memory:")).connect();
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
await connection.run("SET TimeZone = 'UTC'");

const rows = `SELECT * REPLACE ("float"::FLOAT AS "float") FROM (VALUES
 (1::TINYINT, 200::UTINYINT, -300::SMALLINT, 60000::USMALLINT, -70000::INTEGER, 4000000000::UINTEGER, -9007199254740993::BIGINT, 18446744073709551615::UBIGINT, 3::FLOAT, 7::DOUBLE, 0.35::DECIMAL(4,2), 12345678901.5::DECIMAL(18,3), 'a', true, DATE '2024-02-29', TIMESTAMP '2024-02-29 12:30:00.5', TIMESTAMPTZ '2024-02-29 12:30:00+00', TIME '10:11:12', 'ab'::BLOB, uuid '00112233-4455-6677-8899-aabbccddeeff', [0.5::DOUBLE, NULL, 0.25], [0.1::FLOAT, 0.9], [1::BIGINT, 2], {'x': 1, 'y': 'z'}),
 (2, 0, 5, 1, 2, 3, 4, 5, 0.1, 0.1, 1.50, -0.25, 'é😀', false, '1969-12-31', '1969-12-31 23:59:59', '1970-01-01 00:00:00+00', '00:00:00.25', '\\xFF\\x00q'::BLOB, '00112233-4455-6677-8899-aabbccddee00', [], [], NULL, {'x': 2, 'y': NULL}),
 (NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL),
 (3, 1, 6, 2, 3, 4, 5, 6, 1e-5, 1e16, -3.00, 0.001, 'a', true, '0001-01-01', '2024-01-01 00:00:00', '2024-01-01 00:00:00.000001+00', '23:59:59', 'ab'::BLOB, '00112233-4455-6677-8899-aabbccddeeff', [1e300, -0.0::DOUBLE], NULL, [NULL], {'x': 3, 'y': 'w'})
) t(tinyint,utinyint,smallint,usmallint,"integer",uinteger,"bigint",ubigint,"float","double","decimal",wide,"text",bool,"date","timestamp",zoned,"time","blob","uuid",doubles,floats,bigints,struct)`;
await connection.run(
  `COPY (${rows}) TO '${path("types.parquet")}' (FORMAT parquet, COMPRESSION uncompressed)`,
);
for (const codec of ["zstd", "snappy", "gzip", "brotli", "lz4_raw"]) {
  await connection.run(`COPY (
  SELECT i AS id, 'group ' || (i % 5) AS "group", i % 64 / 8 AS x,
    CASE WHEN i % 7 = 3 THEN NULL ELSE [i % 16, NULL, 0.5]::DOUBLE[] END AS p
  FROM range(3000) t(i)
) TO '${path(`${codec}.parquet`)}' (FORMAT parquet, COMPRESSION ${codec}, ROW_GROUP_SIZE 2048)`);
}
await connection.run(
  `COPY (SELECT i, 'text ' || (i % 3) AS text FROM range(20000) t(i)) TO '${path("rows.csv.zst")}' (FORMAT csv, HEADER)`,
);
