import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderJson } from "@xent/report";
import { describe, expect, test } from "vitest";
import { analyse, readStatisticsFile } from "xent";
import { file, folder, xent } from "./run.ts";

const csv = "label,p_a,p_b\na,0.75,0.25\nb,0.5,0.5\na,0.125,0.875\na,1,0\n";

describe("xent evaluate --statistics FILE", () => {
  test("writes the sums that the figures are made of, and how they were computed", async () => {
    const path = file("a.csv", csv);
    const target = join(folder, "a.statistics.json");
    const args = ["evaluate", path, "--floor", "0.001", "--statistics", target, "--json"];
    const ran = await xent(args);
    expect(ran).toMatchObject({ status: 0, err: "" });
    const { source } = JSON.parse(ran.out);
    expect(source).toMatchObject({ rows: 4, badRows: 0, command: `xent ${args.join(" ")}` });

    const read = readStatisticsFile(readFileSync(target, "utf8"));
    expect(read.source).toEqual(source);
    expect(renderJson(analyse(read.statistics), read.source, "nats")).toBe(ran.out);
  });

  test("with weights, and labels of one class only, holds no NaN", async () => {
    const path = file("weighted.csv", "label,w,p_a,p_b\na,1,0.75,0.25\na,2,0.5,0.5\na,1,0.9,0.1\n");
    const target = join(folder, "weighted.json");
    const ran = await xent(["evaluate", path, "--weight", "w", "--quiet", "--statistics", target]);
    expect(ran).toEqual({ status: 0, out: "", err: "" });
    const { statistics } = readStatisticsFile(readFileSync(target, "utf8"));
    expect(statistics.models[0].dependence?.squares.skill).toEqual([{ clusters: 3, square: 0 }]);
  });

  test("does not replace the source or another result, and a failed evaluation writes nothing", async () => {
    const path = file("b.csv", csv);
    const same = await xent(["evaluate", path, "--statistics", path]);
    expect(same).toMatchObject({ status: 2, out: "" });
    expect(same.err).toContain("b.csv: is the source itself; a result must be another file");
    const target = join(folder, "two.json");
    const twice = await xent(["evaluate", path, "--statistics", target, "--json", target]);
    expect(twice.err).toContain("two.json: is to hold two results; a result must be another file");
    const bad = await xent([
      "evaluate",
      file("c.csv", "label,p_a,p_b\na,0.75,0.75\n"),
      "--statistics",
      target,
    ]);
    expect(bad.status).toBe(2);
    expect(existsSync(target)).toBe(false);
  });
});
