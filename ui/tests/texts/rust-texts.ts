// The texts of the crate `messages`, as patterns that a finished text is compared with.

import { readdirSync, readFileSync } from "node:fs";
import { type Entry, type Expression, type Pattern, parse } from "@fluent/syntax";

const FOLDER = "../src-tauri/crates/messages/i18n/en";

/** What a parameter may be filled with. */
const ANYTHING = ".+?";

/** The pattern of a text, and its words that no parameter fills. */
interface TextPattern {
  pattern: string;
  words: string;
}

function messages(): Map<string, Pattern> {
  const found = new Map<string, Pattern>();
  for (const file of readdirSync(FOLDER)) {
    const resource = parse(readFileSync(`${FOLDER}/${file}`, "utf8"), {});
    for (const entry of resource.body as Entry[]) {
      if (entry.type !== "Message") continue;
      if (entry.value !== null) found.set(entry.id.name, entry.value);
      for (const each of entry.attributes)
        found.set(`${entry.id.name}.${each.id.name}`, each.value);
    }
  }
  return found;
}

const all = messages();

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** The form in which texts are compared: a sentence has a capital and a full stop, a part neither. */
const bare = (text: string) =>
  text
    .trim()
    .replace(/\s+/g, " ")
    .replace(/\.$/, "")
    .replace(/^[A-Z]/, (first) => first.toLowerCase());

function ofPattern(pattern: Pattern): TextPattern {
  const parts = pattern.elements.map((element): TextPattern => {
    if (element.type === "Placeable") return ofExpression(element.expression);
    const text = element.value.replace(/\s+/g, " ");
    return { pattern: escaped(text), words: text };
  });
  return {
    pattern: parts.map((each) => each.pattern).join(""),
    words: parts.map((each) => each.words).join(" "),
  };
}

function ofExpression(expression: Expression | { type: "Placeable" }): TextPattern {
  switch (expression.type) {
    case "SelectExpression": {
      const variants = expression.variants.map((each) => ofPattern(each.value));
      const pattern = `(?:${variants.map((each) => each.pattern).join("|")})`;
      return { pattern, words: variants[0]?.words ?? "" };
    }
    case "StringLiteral":
      return { pattern: escaped(expression.value), words: "" };
    case "MessageReference": {
      const named = all.get(expression.id.name);
      return named === undefined ? { pattern: ANYTHING, words: "" } : ofPattern(named);
    }
    default:
      return { pattern: ANYTHING, words: "" };
  }
}

const patterns = new Map(
  [...all].map(([id, pattern]) => {
    const source = bare(ofPattern(pattern).pattern).replace(/\\\.$/, "");
    return [id, new RegExp(`^${source}$`)];
  }),
);

const fits = (id: string, text: string): boolean => patterns.get(id)?.test(bare(text)) ?? false;

/** Texts that consist of their parameters fit everything, and so tell nothing. */
const telling = [...all.keys()].filter((id) => {
  const pattern = all.get(id);
  return pattern !== undefined && /[a-z]{3}/i.test(ofPattern(pattern).words);
});

/** Whether this is the text with one of these ids. */
export const isTextOf = (ids: string[], text: string): boolean => ids.some((id) => fits(id, text));

/** Whether this is a text of any id. */
export const isText = (text: string): boolean => isTextOf(telling, text);

/** The ids that hints have, of an error and of its parts. */
export const hints = [...all.keys()].filter((id) => /\.hint/.test(id));
