// The texts of every language, by folder name. A language is added by adding a folder like ./en.

const files = import.meta.glob<string>("./*/*.ftl", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** `en` and its files, `de` and its files, and so on. */
export const catalogues: Record<string, string[]> = {};
for (const [path, text] of Object.entries(files)) {
  const language = path.split("/")[1] ?? "";
  catalogues[language] = [...(catalogues[language] ?? []), text];
}
