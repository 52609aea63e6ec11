import { expect, test } from "vitest";
import { XentError } from "xent";
import { flagsIn, problemOf } from "../src/evaluate/problem.ts";

test("a problem names the flags of its remedy first: those are the fields to look at", () => {
  const problem = {
    message: "(--label) is no column",
    remedy: "--normalize divides; --skip-bad-rows leaves out",
  };
  expect(flagsIn(problem)).toEqual(["--normalize", "--skip-bad-rows", "--label"]);
});

test("an error of xent keeps its words; any other is a defect and says so", () => {
  expect(problemOf(new XentError("column", "what", "how"))).toEqual({ message: "what", remedy: "how" });
  expect(problemOf(new TypeError("x is undefined"))).toMatchObject({
    message: "x is undefined",
    defect: true,
  });
});

test("memory that is not there is no defect, and the way out is the command line", () => {
  expect(problemOf(new RangeError("Array buffer allocation failed"))).toMatchObject({
    message: "the browser has no memory left for so many rows",
  });
});
