// A linear scale that stays within its range. D3's would do, but d3-color assigns to
// `constructor`, which a page with frozen prototypes refuses.

type Range = readonly [from: number, to: number];

/** Maps a domain onto a range; values outside the domain map to the ends of the range. */
export function linear([low, high]: Range, [from, to]: Range): (value: number) => number {
  const width = high - low;
  return (value) => {
    const part = width === 0 ? 0 : (value - low) / width;
    return from + Math.min(1, Math.max(0, part)) * (to - from);
  };
}
