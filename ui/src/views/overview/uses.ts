// How often keys were used per day, from the audit log. Pure.

import type { AuditEntryView } from "$lib/ipc/generated";
import { dayAfter, toDay } from "$lib/time/relative";

export interface UsesPerDay {
  days: { day: string; uses: number }[];
  sum: number;
  /** The key used most; none without uses. */
  top: string | null;
}

/** The last `span` days up to today; a launch is one use. */
export function usesPerDay(entries: AuditEntryView[], span: number, now: Date): UsesPerDay {
  const perDay = new Map<string, number>();
  const perKey = new Map<string, number>();
  for (const entry of entries) {
    if (!entry.action.startsWith("use.") || entry.outcome === "failed") continue;
    const day = toDay(new Date(entry.at));
    perDay.set(day, (perDay.get(day) ?? 0) + 1);
    for (const name of entry.credentials) perKey.set(name, (perKey.get(name) ?? 0) + 1);
  }
  const days = Array.from({ length: span }, (_, position) => {
    const day = dayAfter(now, position - span + 1);
    return { day, uses: perDay.get(day) ?? 0 };
  });
  const [top] = [...perKey].sort((a, b) => b[1] - a[1])[0] ?? [null];
  return { days, sum: days.reduce((sum, each) => sum + each.uses, 0), top };
}
