// Dates in everyday words. Pure: the current time is a parameter, the locale comes from the system.

import type { Moment } from "$lib/ipc/generated";
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

/** "in 3 days", "today", "5 days overdue". */
export function dueWords(days: number): string {
  if (days < 0) return t("dates-days-over", { days: -days });
  if (days === 0) return t("dates-today");
  return relative.format(days, "day");
}

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

/**
 * A date as a person types it: `2027-01-31`, or `30`, `30d`, `6w`, `3m`, `1y` from now.
 * None when it is no date that exists.
 */
export function parseDay(text: string, now: Date): string | null {
  const typed = text.trim().toLowerCase();
  const span = /^\+?(\d{1,4})\s*(d|w|m|y|days?|weeks?|months?|years?)?$/.exec(typed);
  if (span) return afterSpan(Number(span[1]), span[2]?.charAt(0) ?? "d", now);
  if (!isDate(typed)) return null;
  return toDay(toLocal(typed)) === typed ? typed : null;
}

function afterSpan(count: number, unit: string, now: Date): string {
  if (unit === "w") return dayAfter(now, count * 7);
  if (unit === "d") return dayAfter(now, count);
  const months = unit === "y" ? count * 12 : count;
  const target = new Date(now.getFullYear(), now.getMonth() + months, 1);
  const last = new Date(target.getFullYear(), target.getMonth() + 1, 0).getDate();
  return toDay(new Date(target.getFullYear(), target.getMonth(), Math.min(now.getDate(), last)));
}
