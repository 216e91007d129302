import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Clock } from "./clock.svelte";

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-11-23T14:30:00Z") }));
afterEach(() => void vi.useRealTimers());

it("ticks until it is disposed of, and calls back until the caller stops it", () => {
  const clock = new Clock();
  const heard = { first: 0, second: 0 };
  const stop = clock.onTick(() => heard.first++);
  clock.onTick(() => heard.second++);
  vi.advanceTimersByTime(30_000);
  expect(clock.now.toISOString()).toBe("2026-11-23T14:30:30.000Z");
  stop();
  vi.advanceTimersByTime(30_000);
  clock.dispose();
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(60_000);
  expect(heard).toEqual({ first: 1, second: 2 });
  expect(clock.now.toISOString()).toBe("2026-11-23T14:31:00.000Z");
});
