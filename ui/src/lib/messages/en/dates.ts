import { count, figure } from "../plural";

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export const words = {
  today: "today",
  yesterday: "yesterday",
  never: "never",
  justNow: "just now",
  inDays: (days: number) => relative.format(days, "day"),
  daysOver: (days: number) => `${count(days, "day")} over`,
  minutesAgo: (minutes: number) => `${figure(minutes)} min ago`,
  hoursAgo: (hours: number) => `${figure(hours)} h ago`,
  underMinute: "in less than a minute",
  inMinutes: (minutes: number) => `in ${figure(minutes)} min`,
  inHours: (hours: number) => `in ${figure(hours)} h`,
};
