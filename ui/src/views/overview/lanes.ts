// Where the marks of the timeline go: labels never overlap, what finds no room is counted.

import type { DueView } from "$lib/ipc/generated";
import { linear } from "$lib/ui/scale";

export interface LaneMark {
  due: DueView;
  x: number;
  lane: number;
  /** Whether the label is to the left of the mark. */
  left: boolean;
}

export interface Layout {
  marks: LaneMark[];
  /** How many found no room. */
  hidden: number;
}

const GAP = 14;
const MARGIN = 20;

/** About as wide as the text is in the list's font. */
const widthOf = (text: string) => text.length * 6.6 + 16;

export const scale = (width: number, horizon: number) =>
  linear([0, horizon], [MARGIN, width - MARGIN]);

/** Each mark in the first lane where its label fits; overdue marks are at the start. */
export function layOut(due: DueView[], width: number, lanes: number, horizon: number): Layout {
  const at = scale(width, horizon);
  const ends = new Array<number>(lanes).fill(Number.NEGATIVE_INFINITY);
  const marks: LaneMark[] = [];
  for (const each of due) {
    const x = at(each.in_days);
    const room = widthOf(each.credential.name);
    const left = x + room > width;
    const from = left ? x - room : x - 6;
    const lane = ends.findIndex((end) => end + GAP <= from);
    if (lane < 0) continue;
    ends[lane] = left ? x + 6 : x + room;
    marks.push({ due: each, x, lane, left });
  }
  return { marks, hidden: due.length - marks.length };
}
