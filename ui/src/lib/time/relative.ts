// Dates in everyday words. Pure: the current time is a parameter, the locale comes from the system.

import type { DueDistance, DueWords, Moment } from "$lib/ipc/generated";
import { t, language as texts } from "$lib/messages";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const locale = () => texts.locale;
const relative = new Intl.RelativeTimeFormat(texts.locale, { numeric: "auto" });

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs more than a whole row of the list, so each is made once. */
function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language, options);
  formats.set(key, known);
  return known;
}

/** Whether a moment is a civil date (`YYYY-MM-DD`) and not an instant. */
export function isDate(moment: Moment): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(moment);
}

/** A civil date as the start of that day in the local zone; an instant as it is. */
export function toLocal(moment: Moment): Date {
  if (!isDate(moment)) return new Date(moment);
  const [year = 0, month = 1, day = 1] = moment.split("-").map(Number);
  return new Date(year, month - 1, day);
}

/** The civil date of an instant in the local zone, `YYYY-MM-DD`. */
export function toDay(date: Date): string {
  const pad = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** Whole civil days from `now` to the moment; negative when past. */
export function daysUntil(moment: Moment, now: Date): number {
  const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day(toLocal(moment)) - day(now)) / DAY);
}

/** "in 3 days", "in 1 hour", "expired 1 hour ago": what Rust decided, in this language. */
export function dueWords(words: DueWords): string {
  switch (words.code) {
    case "in_days":
      return t("dates-in-days", { days: words.days });
    case "in_hours":
      return t("dates-due-in-hours", { hours: words.hours });
    case "in_under_an_hour":
      return t("dates-in-under-an-hour");
    case "expired_under_an_hour":
      return t("dates-expired-under-an-hour");
    case "expired_hours":
      return t("dates-expired-hours", { hours: words.hours });
    case "expired_days":
      return t("dates-expired-days", { days: words.days });
    case "overdue_under_an_hour":
      return t("dates-overdue-under-an-hour");
    case "overdue_hours":
      return t("dates-overdue-hours", { hours: words.hours });
    case "overdue_days":
      return t("dates-overdue-days", { days: words.days });
  }
}

/** Whether a due date has come. */
export const isPast = (distance: DueDistance): boolean => distance.seconds <= 0;

/** "just now", "2 min ago", "3 h ago", "yesterday", "Mon", "12 Aug", "never". */
export function agoWords(instant: string | null, now: Date, language = locale()): string {
  if (instant === null) return t("dates-never");
  const then = new Date(instant);
  const passed = now.getTime() - then.getTime();
  if (passed < MINUTE) return t("dates-just-now");
  if (passed < HOUR) return t("dates-minutes-ago", { minutes: Math.floor(passed / MINUTE) });
  const days = -daysUntil(toDay(then), now);
  if (days === 0 || passed < 6 * HOUR)
    return t("dates-hours-ago", { hours: Math.floor(passed / HOUR) });
  if (days === 1) return relative.format(-1, "day");
  if (days < 7) return format(language, { weekday: "short" }).format(then);
  return shortDay(toDay(then), now, language);
}

/** "12 Aug", with the year when it is another one. */
export function shortDay(moment: Moment, now: Date, language = locale()): string {
  const date = toLocal(moment);
  const sameYear = date.getFullYear() === now.getFullYear();
  return format(language, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(date);
}

/** The whole date, and the time when it is an instant: for tooltips and details. */
export function fullWords(moment: Moment, language = locale()): string {
  return format(
    language,
    isDate(moment) ? { dateStyle: "full" } : { dateStyle: "full", timeStyle: "short" },
  ).format(toLocal(moment));
}

/** "14:05" today, else the day and the time. */
export function clockWords(instant: string, now: Date, language = locale()): string {
  const date = new Date(instant);
  const time = format(language, { hour: "2-digit", minute: "2-digit" });
  if (toDay(date) === toDay(now)) return time.format(date);
  return `${shortDay(toDay(date), now, language)}, ${time.format(date)}`;
}

/** How long a lock has to wait: "in 9 min", "in 2 h", "in less than a minute". */
export function waitWords(seconds: number): string {
  if (seconds < 60) return t("dates-under-minute");
  const minutes = Math.round(seconds / 60);
  return minutes < 120
    ? t("dates-in-minutes", { minutes })
    : t("dates-in-hours", { hours: Math.round(minutes / 60) });
}

/** The civil date `days` after `now`. */
export function dayAfter(now: Date, days: number): string {
  return toDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days));
}
