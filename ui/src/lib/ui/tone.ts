// Which tone a due date has.

export type Tone = "plain" | "warn" | "danger";

/** Danger when past, a warning within a week, else plain. */
export function dueTone(days: number): Tone {
  if (days < 0) return "danger";
  return days <= 7 ? "warn" : "plain";
}
