import { describe, expect, it, vi } from "vitest";
import { backend } from "$backend";
import { Log, settled } from "./log.svelte";

describe("what a program writes over itself", () => {
  it.each([
    ["one\r\ntwo\r\n", "one\ntwo\n"],
    ["10 %\r50 %\r100 %\ndone\n", "100 %\ndone\n"],
    // More may follow on the line.
    ["50 %\r", "50 %\r"],
    ["a\n\rb", "a\nb"],
    ["plain", "plain"],
  ])("%j reads %j", (text, shown) => {
    expect(settled(text)).toBe(shown);
  });
});

describe("the text of a launch", () => {
  it("goes on where it ended, and says when something is gone", async () => {
    const pieces = [
      { text: "one\n", from: 0, next: 4 },
      { text: "two\n", from: 4, next: 8 },
      { text: "later\n", from: 90, next: 96 },
    ];
    const asked: number[] = [];
    vi.spyOn(backend, "launchOutput").mockImplementation(async (_, from) => {
      asked.push(from);
      return pieces.shift() ?? null;
    });
    const log = new Log(3);
    await log.fetch();
    await log.fetch();
    expect([log.text, log.cut]).toEqual(["one\ntwo\n", false]);
    await log.fetch();
    expect([log.text, log.cut]).toEqual(["later\n", true]);
    // A launch that is not in the list any more changes nothing.
    await log.fetch();
    expect(log.text).toBe("later\n");
    expect(asked).toEqual([0, 4, 8, 96]);
  });

  it("looks again where it is asked while it fetches", async () => {
    let answer: (piece: { text: string; from: number; next: number }) => void = () => undefined;
    const asked = vi.spyOn(backend, "launchOutput").mockClear();
    asked.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    asked.mockImplementation(async (_, from) => ({ text: "two", from, next: from + 3 }));
    const log = new Log(3);
    const first = log.fetch();
    await log.fetch();
    await log.fetch();
    answer({ text: "one", from: 0, next: 3 });
    await first;
    expect(log.text).toBe("onetwo");
    expect(asked).toHaveBeenCalledTimes(2);
  });
});
