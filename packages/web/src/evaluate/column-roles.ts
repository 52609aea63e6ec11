import type { BoundRoles } from "xent/tables";

/** What each column is used as, by name, in words: several roles of one column are joined. */
export function columnRoles(roles: BoundRoles): Map<string, string> {
  const words = new Map<string, string[]>();
  const add = (column: { name: string } | undefined, word: string) => {
    if (column) words.set(column.name, [...(words.get(column.name) ?? []), word]);
  };
  for (const { form, numbers, model } of roles.families) {
    const word = {
      probabilities: "probabilities",
      logits: "logits",
      "log-probabilities": "log-probabilities",
    }[form];
    const of = model === undefined ? word : `${word} of ${model}`;
    if (numbers.layout === "columns") for (const column of numbers.columns) add(column, of);
    else add(numbers.column, of);
  }
  if (roles.targets?.layout === "columns")
    for (const column of roles.targets.columns) add(column, "soft labels");
  else add(roles.targets?.column, "soft labels");
  add(roles.label, "label");
  add(roles.model, "model");
  for (const column of roles.key) add(column, "key");
  add(roles.cluster, "cluster");
  for (const column of roles.slices) add(column, "slice");
  add(roles.weight, "weight");
  add(roles.bytes, "bytes");
  return new Map([...words].map(([name, of]) => [name, of.join(", ")]));
}
