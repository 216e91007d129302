// Texts of one language from its Fluent files. A text that is missing there is taken from
// English; nothing here throws in a shipped program.

import { FluentBundle, FluentResource } from "@fluent/bundle";

export const SOURCE = "en";

export type Values = Record<string, string | number | Date>;
export type Translate = (id: string, values?: Values) => string;

export interface Language {
  /** The folder of the texts, such as `de`. */
  name: string;
  /** Writes dates and numbers, such as `de-AT`. */
  locale: string;
}

/** The texts for a locale: those of its language, else English. */
export function languageFor(locale: string, available: readonly string[]): Language {
  const base = locale.split("-")[0] ?? "";
  const name = [locale, base].find((each) => available.includes(each));
  if (name !== undefined) return { name, locale };
  return { name: SOURCE, locale: "en-GB" };
}

function bundleOf({ locale }: Language, texts: readonly string[]): FluentBundle {
  // Isolation marks would end up in copied text; names cannot hold bidirectional characters.
  const bundle = new FluentBundle(locale, { useIsolating: false });
  for (const text of texts) bundle.addResource(new FluentResource(text));
  return bundle;
}

/** Formats messages in a language. A message that no catalogue has becomes its id. */
export function translator(
  language: Language,
  catalogues: Record<string, readonly string[]>,
  report: (problem: string) => void,
): Translate {
  const bundles = [bundleOf(language, catalogues[language.name] ?? [])];
  if (language.name !== SOURCE) {
    bundles.push(bundleOf({ name: SOURCE, locale: "en-GB" }, catalogues[SOURCE] ?? []));
  }
  return (id, values = {}) => {
    for (const bundle of bundles) {
      const pattern = bundle.getMessage(id)?.value;
      if (!pattern) continue;
      const errors: Error[] = [];
      const text = bundle.formatPattern(pattern, values, errors);
      for (const error of errors) report(`${id}: ${error.message}`);
      return text;
    }
    report(`no message ${id}`);
    return id;
  };
}
