import { describe, expect, it } from "vitest";
import { FakeVault } from "$lib/ipc/fake/vault";
import { layOut } from "./lanes";

const now = new Date(2026, 10, 23);
const vault = (rows: number) =>
  new FakeVault({
    state: "open",
    rows,
    now,
    theme: "system",
    slow: 0,
    failing: null,
    leaving: false,
  });

describe("the timeline", () => {
  it("puts marks in order from left to right, past ones at the beginning", () => {
    const { marks } = layOut(vault(0).due(90), 900, 4, 90);
    const xs = marks.map((mark) => mark.x);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(marks[0]?.due.in_days).toBeLessThan(0);
    expect(marks[0]?.x).toBe(20);
  });

  it("never lets two labels of a lane overlap", () => {
    const { marks } = layOut(vault(300).due(90), 900, 4, 90);
    for (let lane = 0; lane < 4; lane++) {
      const spans = marks
        .filter((mark) => mark.lane === lane)
        .map(({ x, left, due }) => {
          const room = due.credential.name.length * 6.6 + 16;
          return left ? [x - room, x + 6] : [x - 6, x + room];
        });
      for (const [position, span] of spans.entries()) {
        const before = spans[position - 1];
        if (before) expect(span[0]).toBeGreaterThanOrEqual(before[1] ?? 0);
      }
    }
  });

  it("counts what finds no room", () => {
    const due = vault(300).due(90);
    const { marks, hidden } = layOut(due, 900, 4, 90);
    expect(marks.length + hidden).toBe(due.length);
    expect(hidden).toBeGreaterThan(0);
  });
});
