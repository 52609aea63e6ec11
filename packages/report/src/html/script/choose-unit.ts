import type { Unit } from "xent";
import { lossText } from "../loss-text.ts";

/** Every loss in the unit that is chosen; sentences and axes stand there in both, and the style shows one. */
export function chooseUnit(root: HTMLElement): void {
  const choice = root.querySelector<HTMLElement>(".units");
  if (!choice) return;
  choice.hidden = false;
  choice.addEventListener("change", (event) => {
    const unit = (event.target as HTMLInputElement).value as Unit;
    root.dataset.unit = unit;
    for (const element of root.querySelectorAll<HTMLDataElement>("data")) {
      const [value, half] = element.value.split("±").map(Number);
      element.textContent = lossText(value, half, unit);
    }
  });
}
