import type { ParquetParsers } from "hyparquet";
import { secondsText } from "./seconds-text.ts";

const decoder = new TextDecoder();

/** Times, which are no numbers, become the text that the embedded engine of the command prints for them. */
export const textParsers: Partial<Record<keyof ParquetParsers, (value: never) => unknown>> = {
  timestampFromMilliseconds: (millis: bigint) => timestampText(millis * 1000n),
  timestampFromMicroseconds: (micros: bigint) => timestampText(micros),
  timestampFromNanoseconds: (nanos: bigint) => timestampText(nanos / 1000n),
  dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10),
  jsonFromBytes: (bytes: Uint8Array) => bytes && decoder.decode(bytes),
};

function timestampText(micros: bigint): string {
  const day = 86_400_000_000n;
  const ofDay = ((micros % day) + day) % day;
  const date = new Date(Number((micros - ofDay) / 1000n)).toISOString().slice(0, 10);
  return `${date} ${secondsText(Number(ofDay))}`;
}
