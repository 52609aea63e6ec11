import { useEffect, useRef, useState } from "preact/hooks";
import { lastStep, resultInParts, stepOf, type Toy, type ToyResult, train } from "./toy.ts";

/** Steps between two results, and those of a frame that is seen. */
const resultEvery = 100;
const stepsOfFrame = 5;
/** What a frame may take where only the end is to be seen, in ms. */
const budget = 12;

interface Run {
  until: number;
  isSeen: boolean;
}

/** Trains in the frames that the browser draws, and looks at held-out rows now and then. It ends with the component. */
export function useTraining(toy: Toy, onResult: (result: ToyResult) => void) {
  const [run, setRun] = useState<Run | undefined>();
  const [, redraw] = useState(0);
  const job = useRef<Generator<void, ToyResult> | undefined>(undefined);
  const report = useRef(onResult);
  report.current = onResult;

  useEffect(() => {
    job.current = undefined;
    setRun(undefined);
  }, [toy]);

  useEffect(() => {
    if (!run) return;
    const isSeen = run.isSeen && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    /** A part of the work; whether something is left of it. */
    const work = (): boolean => {
      if (job.current) {
        const { done, value } = job.current.next();
        if (!done) return true;
        job.current = undefined;
        report.current(value);
      } else {
        train(toy, Math.min(stepsOfFrame, run.until - stepOf(toy)));
        const isDue = isSeen && stepOf(toy) % resultEvery === 0;
        if (isDue || stepOf(toy) >= run.until) job.current = resultInParts(toy);
      }
      return job.current !== undefined || stepOf(toy) < run.until;
    };
    let frame = requestAnimationFrame(function next() {
      const start = performance.now();
      let isLeft = work();
      while (isLeft && !isSeen && performance.now() - start < budget) isLeft = work();
      if (isSeen || !isLeft) redraw((times) => times + 1);
      if (isLeft) frame = requestAnimationFrame(next);
      else setRun(undefined);
    });
    return () => cancelAnimationFrame(frame);
  }, [run, toy]);

  const until = (step: number, isSeen: boolean) => setRun({ until: Math.min(step, lastStep), isSeen });
  return {
    isRunning: run !== undefined,
    play: () => until(lastStep, true),
    pause: () => setRun(undefined),
    step: () => until(stepOf(toy) + 20, true),
    finish: () => until(lastStep, false),
  };
}
