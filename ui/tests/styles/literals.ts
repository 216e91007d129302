// Finds font sizes, radii and distances that are written as numbers instead of tokens.
// Allowed are 0, hairlines of 1px and keywords. What is printed is measured in millimetres
// and points and is not checked.

const CHECKED =
  /^(font|font-size|(border(-\w+)*-)?radius|(row-|column-)?gap|(padding|margin)(-\w+)*)$/;
const DECLARATION = /([a-z-]+):\s*([^;{}]+)/g;
const LITERAL = /(?<![\w.#])\d*\.?\d+(px|rem|em|pt|mm|ch|vw|vh|%)/g;
const DIRECTIVE =
  /style:(font|font-size|(border(-\w+)*-)?radius|(row-|column-)?gap|(padding|margin)(-\w+)*)=/g;
const PRINTED = /@media print \{(?:[^{}]|\{[^{}]*\})*\}/g;

/** The text without what the pattern matches; its lines stay where they are. */
const without = (text: string, pattern: RegExp) =>
  text.replace(pattern, (match) => match.replace(/[^\n]/g, ""));

/** The style sheet, or the style element of a component. */
function stylesOf(path: string, text: string): string {
  if (path.endsWith(".css")) return text;
  const start = text.lastIndexOf("<style>");
  return start < 0 ? "" : without(text.slice(0, start), /[\s\S]+/g) + text.slice(start + 7);
}

/** The line height in the font shorthand is not a size of text. */
const measured = (property: string, value: string) =>
  property === "font" ? value.replace(/\/.*/, "") : value;

function isLiteral(property: string, value: string): boolean {
  const literals = measured(property, value).match(LITERAL) ?? [];
  return literals.some((literal) => literal !== "1px");
}

/** Each as "path:line: declaration". */
export function literalsIn(path: string, text: string): string[] {
  const at = (whole: string, index: number) =>
    `${path}:${whole.slice(0, index).split("\n").length}`;
  const styles = without(without(stylesOf(path, text), /\/\*[\s\S]*?\*\//g), PRINTED);
  const declared = [...styles.matchAll(DECLARATION)]
    .filter(([, property = "", value = ""]) => CHECKED.test(property) && isLiteral(property, value))
    .map((match) => `${at(styles, match.index)}: ${match[0].trim()}`);
  const directives = [...text.matchAll(DIRECTIVE)].map(
    (match) => `${at(text, match.index)}: ${match[0]}`,
  );
  return [...declared, ...directives];
}
