// What is known of the vault is fetched again when other words say how far away a date is.

import { afterEach, expect, it, vi } from "vitest";
import { backend, vault as fake } from "$lib/ipc/fake/index";
import { vault } from "./vault.svelte";

// At noon, before the fake reads the clock: its words change within the same day, whenever
// this runs.
vi.hoisted(() => vi.useFakeTimers({ now: new Date().setHours(12, 0, 0, 0), toFake: ["Date"] }));

const tick = () => document.dispatchEvent(new Event("visibilitychange"));

afterEach(() => void vi.useRealTimers());

it("asks for the list again when the words of a date change, and not before", async () => {
  fake.locked = false;
  await vault.start();
  await vi.waitFor(() => expect(vault.loaded).toBe(true));
  const until = Math.min(...vault.due.map((each) => Date.parse(each.words_until)));
  const asked = vi.spyOn(backend, "query");
  const lists = () => asked.mock.calls.filter(([name]) => name === "list").length;
  vi.setSystemTime(until - 1000);
  tick();
  await vi.waitFor(() => expect(asked).toHaveBeenCalledWith("status", {}));
  expect(lists()).toBe(0);
  vi.setSystemTime(until);
  tick();
  await vi.waitFor(() => expect(lists()).toBe(1));
});
