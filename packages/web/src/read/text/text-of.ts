const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Bytes as text.
 *
 * @returns `undefined` where they are not UTF-8.
 */
export function textOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  // Labels and keys are short and of ASCII: to join a few characters costs a fifth of a decoder's call.
  if (end - start <= 24) {
    let text = "";
    let i = start;
    while (i < end && bytes[i] < 128) text += String.fromCharCode(bytes[i++]);
    if (i === end) return text;
  }
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}
