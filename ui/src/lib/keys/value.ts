// What a typed or pasted value is stored as, and what of it a masked field does not show.

/** Without line ends at its end, which a terminal adds to what is copied from it. */
export const stored = (typed: string): string => typed.replace(/[\r\n]+$/, "");

export const lineCount = (typed: string): number => stored(typed).split(/\r\n|\r|\n/).length;

/** How many blanks it begins and ends with; a value of blanks alone has them at its start. */
export function blanks(typed: string): { start: number; end: number } {
  const value = stored(typed);
  const start = value.length - value.trimStart().length;
  const end = start === value.length ? 0 : value.length - value.trimEnd().length;
  return { start, end };
}
