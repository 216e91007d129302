/** The language of the system, or English where it names none ("C", as in containers). */
export function systemLocale(): string {
  try {
    return Intl.getCanonicalLocales(navigator.language)[0] ?? "en-GB";
  } catch {
    return "en-GB";
  }
}
