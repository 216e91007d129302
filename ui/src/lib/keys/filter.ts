// The list of keys and its filter. Pure, and fast enough for a key press over 10,000 rows:
// what is searched is written down once per row, in lower case.

import type { CredentialRow, Moment } from "$lib/ipc/generated";
import { t } from "$lib/messages";
import { daysUntil, dueWords } from "$lib/time/relative";

export interface IndexedRow {
  row: CredentialRow;
  haystack: string;
  /** Days until the first of its dates; none without dates. */
  days: number | null;
  /** The first of its dates. */
  moment: Moment | null;
}

export interface KeyLocation {
  project: string | null;
  environment: string | null;
}

/** The date that comes first: expiry or the replacement by policy. */
export function firstDate(row: CredentialRow, now: Date): [Moment | null, number | null] {
  const days = (moment: Moment | null) => (moment === null ? null : daysUntil(moment, now));
  const expires = days(row.expires);
  const rotation = days(row.rotation_due);
  if (expires === null) return [row.rotation_due, rotation];
  if (rotation === null || expires <= rotation) return [row.expires, expires];
  return [row.rotation_due, rotation];
}

/** Rows with what is searched in them, sorted by location and name. */
export function index(
  rows: CredentialRow[],
  providerName: (id: string) => string,
  now: Date,
): IndexedRow[] {
  const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const sorted = [...rows].sort(
    (a, b) =>
      order.compare(a.project, b.project) ||
      order.compare(a.environment, b.environment) ||
      order.compare(a.name, b.name),
  );
  return sorted.map((row) => {
    const [moment, days] = firstDate(row, now);
    return { row, moment, days, haystack: haystack(row, providerName, days) };
  });
}

function haystack(
  row: CredentialRow,
  providerName: (id: string) => string,
  days: number | null,
): string {
  const provider = row.provider === null ? "" : `${row.provider} ${providerName(row.provider)}`;
  const use = row.last_used === null ? `${t("filter-unused")} ${t("filter-never-used")}` : "";
  const due = days === null ? t("keys-no-date") : `${dueWords(days)} ${nearness(days)}`;
  const state = row.state === "fine" ? "" : row.state.replace("_", " ");
  return [
    row.name,
    `${row.project}/${row.environment}`,
    provider,
    ...row.variables,
    ...row.tags,
    ...row.scopes,
    state,
    due,
    use,
  ]
    .join("\n")
    .toLowerCase();
}

function nearness(days: number): string {
  if (days < 0) return t("filter-overdue");
  return days <= 7 ? t("filter-week") : "";
}

/** The rows of the location in which every word of the text occurs. */
export function narrow(rows: IndexedRow[], text: string, location: KeyLocation): IndexedRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const { project, environment } = location;
  return rows.filter(
    ({ row, haystack }) =>
      (project === null || row.project === project) &&
      (environment === null || row.environment === environment) &&
      words.every((word) => haystack.includes(word)),
  );
}
