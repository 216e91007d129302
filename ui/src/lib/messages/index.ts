// Every text of the page: `t("keys-copied", { seconds })`. Ids and arguments are typed from the
// English files; the language is that of the system, where there are texts for it.

import { catalogues } from "./catalogues";
import type { Messages } from "./ids";
import { languageFor, translator } from "./translator";

export type MessageId = keyof Messages;

function systemLocale(): string {
  try {
    return Intl.getCanonicalLocales(navigator.language)[0] ?? "en-GB";
  } catch {
    // The language of a container can be "C".
    return "en-GB";
  }
}

/** The language of the texts, and the locale that writes their dates and numbers. */
export const language = languageFor(systemLocale(), Object.keys(catalogues));

const translate = translator(language, catalogues, (problem) => {
  if (import.meta.env.DEV) throw new Error(problem);
});

type Arguments<Id extends MessageId> = Messages[Id] extends null ? [] : [values: Messages[Id]];

export function t<Id extends MessageId>(id: Id, ...[values]: Arguments<Id>): string {
  return translate(id, values ?? {});
}

/** Marks the page with the language of its texts, for screen readers. */
export function markLanguage(): void {
  document.documentElement.lang = language.locale;
}

const numbers = new Intl.NumberFormat(language.locale);
const lists = new Intl.ListFormat(language.locale);

/** A number as the language writes it. */
export const figure = (number: number): string => numbers.format(number);

/** `a`, `a and b`, `a, b and c`. */
export const list = (items: readonly string[]): string => lists.format(items);
