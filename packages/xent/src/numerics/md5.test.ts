import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { md5, md5Start } from "./md5.ts";

// RFC 1321, appendix A.5.
const published: [string, string][] = [
  ["", "d41d8cd98f00b204e9800998ecf8427e"],
  ["a", "0cc175b9c0f1b6a831c399e269772661"],
  ["abc", "900150983cd24fb0d6963f7d28e17f72"],
  ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
  ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"],
];

test.each(published)("md5(%j) is the published digest", (text, digest) => {
  expect(md5(text)).toBe(digest);
});

test("md5 is Node's for every length around a block, and beyond ASCII", () => {
  const texts = Array.from({ length: 200 }, (_, length) => "x".repeat(length));
  for (const text of [...texts, "Köln", "東京", "😀", "\u0000", "y".repeat(100_000)]) {
    expect(md5(text)).toBe(createHash("md5").update(text, "utf8").digest("hex"));
  }
});

test("md5Start is the first 15 digits, without a digit lost above 2^53", () => {
  for (let i = 0; i < 1000; i++) {
    const [high, low] = md5Start(String(i));
    expect((BigInt(high) << 28n) + BigInt(low)).toBe(BigInt(`0x${md5(String(i)).slice(0, 15)}`));
  }
});
