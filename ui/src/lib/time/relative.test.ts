import { afterEach, describe, expect, it, vi } from "vitest";
import type { DueWords } from "$lib/ipc/generated";
import {
  agoWords,
  clockWords,
  dayAfter,
  daysUntil,
  dueWords,
  shortDay,
  toDay,
  toLocal,
  waitWords,
} from "./relative";

const now = new Date(2026, 10, 23, 14, 30);
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();

afterEach(() => void vi.unstubAllEnvs());

describe("days until a moment", () => {
  it("counts civil days, not hours", () => {
    expect(daysUntil("2026-11-23", now)).toBe(0);
    expect(daysUntil("2026-11-24", new Date(2026, 10, 23, 23, 59))).toBe(1);
    expect(daysUntil("2026-11-18", now)).toBe(-5);
  });

  // In Cairo the clock is changed at midnight: a day there begins at one.
  it.each(["Europe/Berlin", "America/St_Johns", "Pacific/Auckland", "Africa/Cairo"])(
    "crosses the changes of the clock in %s without losing a day",
    (zone) => {
      vi.stubEnv("TZ", zone);
      const offsets = new Set<number>();
      for (let day = 1; day <= 366; day++) {
        for (const minute of [0, 12 * 60, 24 * 60 - 1]) {
          const now = new Date(2027, 0, day, 0, minute);
          offsets.add(now.getTimezoneOffset());
          const days = [0, 1, 2].map((days) => daysUntil(dayAfter(now, days), now));
          expect([now, ...days]).toEqual([now, 0, 1, 2]);
          expect(toDay(toLocal(dayAfter(now, 1)))).toBe(dayAfter(now, 1));
        }
      }
      expect(offsets.size).toBe(2);
    },
  );

  it("takes an instant on the day it has here", () => {
    expect(daysUntil(new Date(2026, 10, 25, 0, 10).toISOString(), now)).toBe(2);
  });
});

describe("words for what is due", () => {
  it.each<[DueWords, string]>([
    [{ code: "in_days", days: 41 }, "in 41 days"],
    [{ code: "in_hours", hours: 1 }, "in 1 hour"],
    [{ code: "in_hours", hours: 48 }, "in 48 hours"],
    [{ code: "in_under_an_hour" }, "in less than an hour"],
    [{ code: "expired_under_an_hour" }, "expired less than an hour ago"],
    [{ code: "expired_hours", hours: 1 }, "expired 1 hour ago"],
    [{ code: "expired_days", days: 5 }, "expired 5 days ago"],
    [{ code: "overdue_under_an_hour" }, "overdue for less than an hour"],
    [{ code: "overdue_hours", hours: 10 }, "10 hours overdue"],
    [{ code: "overdue_days", days: 5 }, "5 days overdue"],
  ])("%o", (words, said) => {
    expect(dueWords(words)).toBe(said);
  });
});

describe("words for what was", () => {
  it.each([
    [null, "never"],
    [ago(0), "just now"],
    [ago(2), "2 min ago"],
    [ago(185), "3 h ago"],
    [ago(60 * 24), "yesterday"],
    [ago(60 * 24 * 3), "Fri"],
    [ago(60 * 24 * 20), "3 Nov"],
    [ago(60 * 24 * 400), "19 Oct 2025"],
  ])("%s", (instant, said) => {
    expect(agoWords(instant, now, "en-GB")).toBe(said);
  });

  it("names the year only when it is another one", () => {
    expect(shortDay("2027-01-02", now, "en-GB")).toBe("2 Jan 2027");
    expect(shortDay("2026-12-02", now, "en-GB")).toBe("2 Dec");
  });

  it("gives the time of today alone", () => {
    expect(clockWords(ago(90), now, "en-GB")).toBe("13:00");
    expect(clockWords(ago(60 * 48), now, "en-GB")).toBe("21 Nov, 14:30");
  });
});

describe("words for the lock", () => {
  it.each([
    [20, "in less than a minute"],
    [540, "in 9 min"],
    [7200, "in 2 h"],
  ])("%i s", (seconds, said) => {
    expect(waitWords(seconds)).toBe(said);
  });
});
