import network from "./example/network.csv?raw";
import overtrained from "./example/overtrained.csv?raw";
import type { Settings } from "./settings.ts";

/** Two networks that read handwritten digits: a fifth of the rows of examples/image-classifier. */
export const example: { files(): File[]; settings: Partial<Settings> } = {
  files: () => [new File([network], "network.csv"), new File([overtrained], "overtrained.csv")],
  settings: { label: "digit", key: ["image"] },
};
