import { useEffect, useRef, useState } from "preact/hooks";
import type { Progress } from "../worker/messages.ts";

/** Nothing is shown before this: a bar that flashes by tells nobody anything. */
const quietFor = 300;

/** What is being done, how far, and a way to stop it. */
export function ProgressBar({ progress, onCancel }: { progress: Progress; onCancel(): void }) {
  const [shown, setShown] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const percent = Math.floor(progress.done * 100);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), quietFor);
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && onCancel();
    addEventListener("keydown", onKey);
    return () => {
      clearTimeout(timer);
      removeEventListener("keydown", onKey);
    };
  }, [onCancel]);
  return (
    <div class="progress" hidden={!shown}>
      <p>
        {progress.step} <span>{percent} %</span>
      </p>
      <progress max={1} value={progress.done} aria-label={progress.step} />
      <button ref={button} type="button" onClick={onCancel}>
        Cancel
      </button>
      <p class="hidden" role="status">
        {shown ? progress.step : ""}
      </p>
    </div>
  );
}
