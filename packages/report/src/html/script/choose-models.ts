/** The style shows and hides models; this counts them, and checks all or none. */
export function chooseModels(root: HTMLElement): void {
  const chooser = root.querySelector(".chooser");
  if (!chooser) return;
  const boxes = [...chooser.querySelectorAll<HTMLInputElement>("input")];
  const output = chooser.querySelector("output") as HTMLOutputElement;
  const tell = () => {
    output.value = `${boxes.filter(({ checked }) => checked).length} of ${boxes.length}`;
  };
  (chooser.querySelector(".all-or-none") as HTMLElement).hidden = false;
  chooser.addEventListener("change", tell);
  chooser.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return;
    for (const box of boxes) box.checked = target.value === "all";
    tell();
  });
  tell(); // a browser that comes back to a page checks what was checked before
}
