// The chosen theme, on the root element; without a choice the system's.

import type { Theme } from "$lib/ipc/generated-window";

export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
}
