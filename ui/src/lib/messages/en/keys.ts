import type { VersionLabel } from "$lib/ipc/generated";
import { Count, count, figure } from "../plural";

export const overview = {
  headline: (overdue: number, week: number) => {
    const need = overdue + week;
    if (need === 0) return "Nothing needs you this week";
    return `${Count(need, "key needs", "keys need")} you this week`;
  },
  summary: (keys: number, projects: number, overdue: number) => {
    const held = `${count(keys, "key")} in ${count(projects, "project")}.`;
    if (overdue === 0) return held;
    return `${held} ${Count(overdue, "is", "are")} overdue.`;
  },
  startWith: (name: string) => `Start with ${name}`,
  timeline: "The next 90 days",
  timelineEmpty: "No key expires or must be rotated in the next 90 days.",
  timelineMore: (number: number) => `and ${figure(number)} more`,
  overdue: "Overdue",
  week: "Due within 7 days",
  unused: "Never used",
  dueList: "What is due",
  dueNone:
    "Nothing is due in the next 90 days. Give keys an expiry or a rotation interval and they appear here.",
  showAll: (number: number) => `Show all ${number}`,
  showLess: "Show less",
  expires: "expires",
  rotate: "rotate",
  uses: "Uses per day",
  usesNone: "No key was used in the last four weeks.",
  usesOn: (day: string, uses: number) => `${day}: ${count(uses, "use")}`,
  usesSum: (uses: number, top: string | null) =>
    top === null || uses === 1
      ? `${count(uses, "use")} in four weeks.`
      : `${count(uses, "use")} in four weeks, most of them of ${top}.`,
};

const version: Record<VersionLabel, string> = {
  pending: "Pending",
  current: "Current",
  previous: "Previous",
  retired: "Retired",
  revoked: "Revoked",
};

export const keys = {
  title: "Keys",
  filter: "Filter by name, provider, due…",
  filterLabel: "Filter keys",
  clearFilter: "Clear the filter",
  run: "Run…",
  add: "Add key",
  importFile: "Import…",
  columns: { key: "Key", variable: "Variable", due: "Due", used: "Used" },
  list: "Keys",
  revoked: "revoked",
  noDate: "no date",
  plain: "plain",
  fields: (number: number) => count(number, "field"),
  shownIn: (number: number, place: string | null) =>
    place === null ? count(number, "key") : `${count(number, "key")} in ${place}`,
  shownOf: (number: number, all: number) => `${number} of ${count(all, "key")}`,
  footDue: (overdue: number, week: number) => {
    const parts = [];
    if (overdue > 0) parts.push(`${overdue} overdue`);
    if (week > 0) parts.push(`${week} this week`);
    return parts.join(" · ");
  },
  nothingFound: (text: string) => `Nothing matches “${text}”`,
  nothingFoundText: "Try fewer letters, or look in all projects.",
  emptyPlace: (place: string) => `No keys in ${place} yet`,
  emptyPlaceText: "Add one, or import a .env file into it.",
  nothingChosen: "Choose a key to see it",
  nothingChosenText: "Arrow keys move through the list, Enter opens, C copies, R reveals.",

  copyField: (field: string) => `Copy ${field}`,
  revealField: (field: string) => `Reveal ${field}`,
  copied: (seconds: number) => `Copied. Cleared in ${seconds} s.`,
  copiedKept: "Copied.",
  masked: "hidden",
  value: "Value",
  expiresBanner: (said: string) => `Expires ${said}`,
  expiredBanner: (said: string) => `Expired, ${said}`,
  rotateBanner: (said: string) => `Rotation is due ${said}`,
  overdueBanner: (said: string) => `Rotation is overdue, ${said}`,
  revokedBanner: "Revoked. It is never handed out again until it has a new value.",
  snoozedBanner: (said: string) => `Reminders are quiet until ${said}`,
  newValue: "New value",
  newValueDots: "New value…",
  edit: "Edit",
  more: "More actions",
  remove: "Remove",
  closeDetail: "Close the key",
  snoozeDay: "Remind me tomorrow",
  snoozeDays: "Remind me in 3 days",
  snoozeWeek: "Remind me in a week",
  snoozeEnd: "Remind me again",
  snoozed: (day: string) => `Quiet until ${day}.`,
  snoozeEnded: "Reminders are back.",
  removed: (name: string) => `${name} is in the trash.`,
  restored: (name: string) => `${name} is back.`,

  provider: "Provider",
  scopes: "Scopes",
  allowedFrom: "Allowed from",
  anyAddress: "any address",
  open: "open",
  quota: "Quota",
  owner: "Owner",
  tags: "Tags",
  url: "Page",
  note: "Note",
  expires: "Expires",
  rotates: "Rotates",
  everyDays: (days: number) => `every ${count(days, "day")}`,
  noPolicy: "no interval set",
  noExpiry: "no date set",
  added: "Added",
  versions: "Versions",
  version,
  since: (label: string, day: string) => `${label}, since ${day}`,
  until: (label: string, day: string) => `${label}, valid until ${day}`,
  stored: (label: string, day: string) => `${label}, from ${day}`,
  uses: (number: number) => count(number, "use"),
  usedBy: "Used by",
  usedByNobody: "No program has used it yet.",
  showMore: "Show more",
  runningNow: "running",
  inDirectory: (directory: string) => `in ${directory}`,
};

export const palette = {
  title: "Search and commands",
  placeholder: "Search keys and commands",
  nothing: "Nothing found. Esc leaves.",
  go: (view: string) => `Go to ${view}`,
  hints: { copy: "copy", open: "open", run: "run" },
  leave: "Esc leaves",
};
