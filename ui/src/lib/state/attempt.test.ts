import { expect, it } from "vitest";
import { Attempt } from "./attempt.svelte";

it("runs one thing at a time, and keeps its failure until the next one", async () => {
  const attempt = new Attempt();
  let end: () => void = () => undefined;
  let runs = 0;
  const work = () =>
    new Promise<void>((_, fail) => {
      runs++;
      end = () => fail(new Error("no"));
    });
  const first = attempt.run(work);
  await attempt.run(work);
  expect([attempt.busy, runs]).toEqual([true, 1]);
  end();
  await first;
  expect([attempt.busy, attempt.failure !== null]).toEqual([false, true]);
  await attempt.run(async () => undefined);
  expect(attempt.failure).toBeNull();
});
