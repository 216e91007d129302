import { list, t } from "$lib/messages";

const FEW = 4;

/** Names of keys in one line: all of a few, else the first ones and how many more. */
export function shortList(names: readonly string[]): string {
  if (names.length <= FEW) return list(names);
  const shown = names.slice(0, FEW - 1);
  return list([...shown, t("launch-more", { number: names.length - shown.length })]);
}
