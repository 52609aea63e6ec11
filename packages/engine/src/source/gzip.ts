import { createReadStream } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { XentError } from "xent";
import type { FoundFile } from "./find.ts";

/**
 * Checks that a .gz file is whole, while the engine reads it: the engine takes one that was cut off for one
 * that ends there, and rows would be lost in silence.
 *
 * @throws `XentError` `source`, when awaited; other names pass.
 */
export function checkGzip(file: FoundFile): Promise<void> {
  if (!/\.gz$/i.test(file.path)) return Promise.resolve();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const checked = pipeline(createReadStream(file.path), createGunzip(), nowhere).catch(() => {
    throw new XentError(
      "source",
      `${file.name}: the compressed data is damaged or was cut off`,
      "compress it again, or copy it completely",
    );
  });
  // It may fail before anybody waits for it.
  checked.catch(() => {});
  return checked;
}
