// Which rows of a long list exist: those in sight, and a few before and after them. While it is
// scrolled there are more of them where it goes: a fast wheel is ahead of what can be drawn.

import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  type Rect,
  type VirtualItem,
  Virtualizer,
} from "@tanstack/virtual-core";
import { untrack } from "svelte";

const OVERSCAN = 8;
/** Screens of further rows in the direction in which it is scrolled. */
const AHEAD = 2;
/** Until the list has been measured. */
const FIRST_SIZE = { width: 600, height: 700 };

interface Rows {
  count: number;
  rowHeight: number;
  scroller: HTMLElement | null;
  /** The row that stays in sight where the list gets lower. */
  kept?: number;
}

/** Belongs to the component that is being initialised, and follows what `rows` depends on. */
export class VirtualRows {
  #drawn = $state(0);
  #kept = -1;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;

  constructor(rows: () => Rows) {
    this.#virtualizer = new Virtualizer(this.#options(untrack(rows)));
    $effect(() => this.#virtualizer._didMount());
    $effect(() => {
      const shown = rows();
      const options = this.#options(shown);
      untrack(() => {
        this.#kept = shown.kept ?? -1;
        this.#virtualizer.setOptions(options);
        this.#virtualizer._willUpdate();
        this.#drawn++;
      });
    });
  }

  get items(): VirtualItem[] {
    void this.#drawn;
    return this.#virtualizer.getVirtualItems();
  }

  /** Of all rows together. */
  get height(): number {
    void this.#drawn;
    return this.#virtualizer.getTotalSize();
  }

  /** Brings a row into sight; no further than needed. */
  show(index: number): void {
    this.#virtualizer.scrollToIndex(index, { align: "auto" });
  }

  #isInSight(index: number): boolean {
    const { scrollOffset, scrollRect, options } = this.#virtualizer;
    const start = index * options.estimateSize(index) - (scrollOffset ?? 0);
    return index >= 0 && start >= 0 && start < (scrollRect?.height ?? 0);
  }

  #resize(resized: () => void): void {
    const seen = this.#isInSight(this.#kept);
    resized();
    if (seen) this.show(this.#kept);
  }

  #indexes(range: Range): number[] {
    const { isScrolling, scrollDirection } = this.#virtualizer;
    const further = AHEAD * (range.endIndex - range.startIndex + 1);
    if (!isScrolling || scrollDirection === null) return defaultRangeExtractor(range);
    return defaultRangeExtractor(
      scrollDirection === "forward"
        ? { ...range, endIndex: range.endIndex + further }
        : { ...range, startIndex: range.startIndex - further },
    );
  }

  #options({ count, rowHeight, scroller }: Rows) {
    return {
      count,
      getScrollElement: () => scroller,
      estimateSize: () => rowHeight,
      overscan: OVERSCAN,
      rangeExtractor: (range: Range) => this.#indexes(range),
      initialRect: FIRST_SIZE,
      observeElementRect: (
        list: Virtualizer<HTMLElement, HTMLElement>,
        resize: (rect: Rect) => void,
      ) => observeElementRect(list, (rect) => this.#resize(() => resize(rect))),
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => {
        this.#drawn++;
      },
    };
  }
}
