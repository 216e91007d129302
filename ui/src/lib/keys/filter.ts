// The list of keys and its filter. Pure, and fast enough for a key press over 10,000 rows:
// what is searched is written down once per row, in lower case.

import type { CredentialRow, DueDistance, Moment } from "$lib/ipc/generated";
import { t } from "$lib/messages";
import { dueWords, isPast } from "$lib/time/relative";

export interface IndexedRow {
  row: CredentialRow;
  haystack: string;
  /** How far away the first of its dates is; none without dates. */
  distance: DueDistance | null;
  /** The first of its dates. */
  moment: Moment | null;
}

export interface KeyLocation {
  project: string | null;
  environment: string | null;
}

/** The date that comes first: expiry or the replacement by policy. */
export function firstDate(row: CredentialRow): [Moment | null, DueDistance | null] {
  const { expires_in, rotation_in } = row;
  const rotates = expires_in === null || (rotation_in?.seconds ?? Infinity) < expires_in.seconds;
  return rotates ? [row.rotation_due, rotation_in] : [row.expires, expires_in];
}

/** Rows with what is searched in them, sorted by location and name. */
export function index(rows: CredentialRow[], providerName: (id: string) => string): IndexedRow[] {
  const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const sorted = [...rows].sort(
    (a, b) =>
      order.compare(a.project, b.project) ||
      order.compare(a.environment, b.environment) ||
      order.compare(a.name, b.name),
  );
  return sorted.map((row) => {
    const [moment, distance] = firstDate(row);
    return { row, moment, distance, haystack: haystack(row, providerName, distance) };
  });
}

function haystack(
  row: CredentialRow,
  providerName: (id: string) => string,
  distance: DueDistance | null,
): string {
  const provider = row.provider === null ? "" : `${row.provider} ${providerName(row.provider)}`;
  const use = row.last_used === null ? `${t("filter-unused")} ${t("filter-never-used")}` : "";
  const due =
    distance === null ? t("keys-no-date") : `${dueWords(distance.words)} ${nearness(distance)}`;
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

function nearness(distance: DueDistance): string {
  if (isPast(distance)) return t("filter-overdue");
  return distance.in_days <= 7 ? t("filter-week") : "";
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

/** Whether a filter asks for what is due, which is then listed by date. */
export function asksForDates(text: string): boolean {
  const asked = text.toLowerCase();
  return [t("filter-overdue"), t("filter-week")].some((words) => asked.includes(words));
}

/** The first date first. */
export const byDate = (rows: IndexedRow[]): IndexedRow[] =>
  rows.toSorted(
    (a, b) => (a.distance?.seconds ?? Infinity) - (b.distance?.seconds ?? Infinity) || 0,
  );
