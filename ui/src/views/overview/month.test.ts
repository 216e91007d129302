import { parseDate } from "@internationalized/date";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { DueView } from "$lib/ipc/generated";
import { byDay, dayBy, weeksOf } from "./month";

afterEach(() => void vi.unstubAllEnvs());

describe("the weeks of a month", () => {
  const days = (day: string, locale: string) =>
    weeksOf(parseDate(day), locale).map((week) => week.map(String));

  it.each([
    // Begins and ends with a week.
    ["2027-02-14", "en-GB", 4, "2027-02-01", "2027-02-28"],
    ["2027-02-14", "en-US", 5, "2027-01-31", "2027-03-06"],
    ["2028-02-29", "en-GB", 5, "2028-01-31", "2028-03-05"],
    ["2026-12-31", "en-GB", 5, "2026-11-30", "2027-01-03"],
    ["2027-08-01", "en-GB", 6, "2027-07-26", "2027-09-05"],
  ])("of %s in %s are %i, from %s to %s", (day, locale, weeks, first, last) => {
    const all = days(day, locale).flat();
    expect([all.length, all[0], all.at(-1)]).toEqual([weeks * 7, first, last]);
    expect(new Set(all).size).toBe(all.length);
  });
});

it.each([
  ["ArrowLeft", false, "2027-03-02"],
  ["ArrowRight", false, "2027-03-04"],
  ["ArrowUp", false, "2027-02-24"],
  ["ArrowDown", false, "2027-03-10"],
  ["Home", false, "2027-03-01"],
  ["End", false, "2027-03-07"],
  ["PageUp", false, "2027-02-03"],
  ["PageDown", false, "2027-04-03"],
  ["PageUp", true, "2026-03-03"],
  ["PageDown", true, "2028-03-03"],
])("%s (Shift: %s) leads from 3 March 2027 to %s", (key, shift, to) => {
  expect(String(dayBy(key, shift, parseDate("2027-03-03"), "en-GB"))).toBe(to);
});

it("stays in the next month where that is shorter, and leads nowhere by other keys", () => {
  const last = parseDate("2028-01-31");
  expect(String(dayBy("PageDown", false, last, "en-GB"))).toBe("2028-02-29");
  expect(dayBy("a", false, last, "en-GB")).toBeNull();
});

it.each([
  ["UTC", "2026-12-31"],
  ["Pacific/Auckland", "2027-01-01"],
  ["America/St_Johns", "2026-12-31"],
])("in %s an instant is due on the day that it has there", (zone, day) => {
  vi.stubEnv("TZ", zone);
  const due = ["2026-12-31T23:30:00Z", "2026-12-30"].map((due) => ({ due }) as DueView);
  expect([...byDay(due).keys()]).toEqual([day, "2026-12-30"]);
});
