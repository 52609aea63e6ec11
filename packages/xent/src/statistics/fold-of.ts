import { md5Start } from "../numerics/md5.ts";

/**
 * The fold that a row belongs to, by a hash that every engine has: the first 15 hexadecimal digits of the MD5
 * digest, modulo the folds. It does not depend on the order of rows or on what else is in the data.
 *
 * @param text what must not be torn apart: the cluster's value as text, or the row's number in its file, from 1.
 * @param folds from 1 to 2²⁰.
 * @param seed another seed gives other folds; 0 unless given.
 * @returns an integer from 0 to folds − 1.
 */
export function foldOf(text: string, folds: number, seed = 0): number {
  const [high, low] = md5Start(seed === 0 ? text : `${seed}:${text}`);
  // 60 bits are more than a double holds: each half is reduced before they meet.
  return ((high % folds) * (2 ** 28 % folds) + low) % folds;
}
