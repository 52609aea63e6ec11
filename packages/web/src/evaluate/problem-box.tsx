import { fieldId } from "./field.tsx";
import { flagsIn, type Problem } from "./problem.ts";

/** What is wrong and what to do about it; a flag that has a field here leads to it. */
export function ProblemBox({ problem, quiet }: { problem: Problem; quiet?: boolean }) {
  const { message, remedy } = problem;
  return (
    <div class={`problem${quiet ? " quiet" : ""}`} role={quiet ? "status" : "alert"}>
      <p>{message}</p>
      {remedy && <p>{withLinks(remedy, flagsIn(problem))}</p>}
    </div>
  );
}

function withLinks(text: string, flags: string[]) {
  const parts = text.split(/(--[a-z]+(?:-[a-z]+)*)/);
  return parts.map((part, at) =>
    flags.includes(part) ? (
      <button key={at} type="button" class="flag" onClick={() => focusField(part)}>
        {part}
      </button>
    ) : (
      part
    ),
  );
}

/** Goes to a flag's field, opening what hides it. */
export function focusField(flag: string): boolean {
  const field =
    document.getElementById(fieldId(flag)) ?? (isPrediction(flag) && document.getElementById("kind"));
  if (!field) return false;
  for (let at = field.parentElement; at; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true;
  }
  field.focus();
  return true;
}

/** Flags that one field chooses between. */
const isPrediction = (flag: string): boolean =>
  /^--(probabilities|logits|log-probabilities|probability|label-log-probability)$/.test(flag);
