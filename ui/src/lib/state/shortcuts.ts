// The keys that work everywhere with Ctrl, and single letters where the keys are looked at:
// whoever types a command or a setting never meets them.

import type { View } from "./navigation.svelte";

export interface Shortcuts {
  lock(): void;
  palette(): void;
  filter(): void;
  add(): void;
  blocked(): boolean;
  view(): View;
}

const LETTERED: View[] = ["overview", "keys"];

/** Nothing has the focus, or the list, the key itself, or the way that led here. */
const isFree = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target === document.body ||
    target.id === "key-detail" ||
    target.closest('nav, [role="listbox"]') !== null);

export function handleShortcut(event: KeyboardEvent, shortcuts: Shortcuts): void {
  if (event.defaultPrevented) return;
  const action = chosen(event, shortcuts);
  if (action === null) return;
  event.preventDefault();
  action();
}

function chosen(event: KeyboardEvent, shortcuts: Shortcuts): (() => void) | null {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (event.altKey || event.shiftKey) return null;
    if (key === "l") return shortcuts.lock;
    return key === "k" && !shortcuts.blocked() ? shortcuts.palette : null;
  }
  if (event.altKey || shortcuts.blocked()) return null;
  if (!LETTERED.includes(shortcuts.view()) || !isFree(event.target)) return null;
  if (key === "/") return shortcuts.filter;
  return key === "n" ? shortcuts.add : null;
}
