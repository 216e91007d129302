// Which tone a due date has.

import type { DueDistance } from "$lib/ipc/generated";
import { isPast } from "$lib/time/relative";

export type Tone = "plain" | "warn" | "danger";

/** Danger when past, a warning within a week, else plain. */
export function dueTone(distance: DueDistance): Tone {
  if (isPast(distance)) return "danger";
  return distance.in_days <= 7 ? "warn" : "plain";
}
