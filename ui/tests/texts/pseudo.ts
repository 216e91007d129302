// A language made from English for tests: accented letters, about a third longer. A text that
// does not look like it was not taken from the Fluent files.

import { parse, serialize, type TextElement, Transformer } from "@fluent/syntax";

const LETTERS: Record<string, string> = { a: "á", e: "é", i: "í", o: "ó", u: "ú", n: "ñ", y: "ý" };
const PADDING = "~~~~";

const isWord = /[A-Za-z]{2}/;

class Pseudo extends Transformer {
  override visitTextElement(node: TextElement): TextElement {
    const accented = node.value.replace(/[aeiouny]/g, (letter) => LETTERS[letter] ?? letter);
    // Each line of words gets longer, so that lines end as they did.
    node.value = accented.replace(/\S+/g, (word) =>
      isWord.test(word) ? `${word}${PADDING.slice(0, Math.ceil(word.length / 3))}` : word,
    );
    return node;
  }
}

export function pseudo(ftl: string): string {
  const resource = parse(ftl, {});
  new Pseudo().visit(resource);
  return serialize(resource, {});
}

export const isPseudo = (text: string): boolean => /[áéíóúñý~]/.test(text);
