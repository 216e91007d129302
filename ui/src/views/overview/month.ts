// A month of civil days, and where its keys lead. Pure.

import {
  type CalendarDate,
  endOfMonth,
  endOfWeek,
  startOfMonth,
  startOfWeek,
} from "@internationalized/date";
import type { DueView } from "$lib/ipc/generated";
import { toDay, toLocal } from "$lib/time/relative";

/** The whole weeks of the month of a day, as the locale begins them. */
export function weeksOf(day: CalendarDate, locale: string): CalendarDate[][] {
  const last = endOfMonth(day);
  const weeks: CalendarDate[][] = [];
  for (
    let first = startOfWeek(startOfMonth(day), locale);
    first.compare(last) <= 0;
    first = first.add({ weeks: 1 })
  )
    weeks.push(Array.from({ length: 7 }, (_, days) => first.add({ days })));
  return weeks;
}

/** The day to which a key leads from another one, as in every grid of dates; none for other keys. */
export function dayBy(key: string, shift: boolean, day: CalendarDate, locale: string) {
  const far = shift ? { years: 1 } : { months: 1 };
  const leads: Record<string, () => CalendarDate> = {
    ArrowLeft: () => day.subtract({ days: 1 }),
    ArrowRight: () => day.add({ days: 1 }),
    ArrowUp: () => day.subtract({ weeks: 1 }),
    ArrowDown: () => day.add({ weeks: 1 }),
    Home: () => startOfWeek(day, locale),
    End: () => endOfWeek(day, locale),
    PageUp: () => day.subtract(far),
    PageDown: () => day.add(far),
  };
  return leads[key]?.() ?? null;
}

/** What is due by its civil day here, `YYYY-MM-DD`, in the given order. */
export function byDay(due: DueView[]): Map<string, DueView[]> {
  const days = new Map<string, DueView[]>();
  for (const each of due) {
    const day = toDay(toLocal(each.due));
    days.set(day, [...(days.get(day) ?? []), each]);
  }
  return days;
}
