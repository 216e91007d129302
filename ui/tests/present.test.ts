// The clock and the zone of every test are those of present.ts.

import { expect, it, vi } from "vitest";
import { PRESENT } from "./present";

const loaded = new Date();

it("is read while a module is loaded, and stands still", () => {
  const began = performance.now();
  while (performance.now() === began);
  expect([loaded, new Date(), new Date(Date.now())]).toEqual([PRESENT, PRESENT, PRESENT]);
});

it("is left by a test that has its own clock", () => {
  vi.useFakeTimers({ now: 0 });
  expect(Date.now()).toBe(0);
  vi.useRealTimers();
});

it("is there again in the next test", () => {
  expect(new Date()).toEqual(PRESENT);
});

it("is in the zone of the tests", () => {
  expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(
    process.env.KEYHAVEN_TEST_ZONE ?? "UTC",
  );
});
