// The keys that work everywhere with Ctrl, F8, and single letters where the keys are looked at:
// they never interfere with typing a command or a setting.

import { focus } from "./focus";

export interface Shortcuts {
  lock(): void;
  palette(): void;
  filter(): void;
  add(): void;
  blocked(): boolean;
  /** To the newest message. */
  toasts(): void;
  /** Whether single letters act in the view that is shown. */
  letters(): boolean;
  /** What Ctrl with this key opens, if it opens a view. */
  view(key: string): (() => void) | null;
}

/** Nothing has the focus, or the list of keys, the key itself, or the navigation. */
const isFree = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target === document.body ||
    focus.holds(target, ["keys", "navigation"]) ||
    focus.is(target, "key"));

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
    if (shortcuts.blocked()) return null;
    return key === "k" ? shortcuts.palette : shortcuts.view(key);
  }
  if (event.altKey || shortcuts.blocked()) return null;
  if (event.key === "F8") return shortcuts.toasts;
  if (!shortcuts.letters() || !isFree(event.target)) return null;
  if (key === "/") return shortcuts.filter;
  return key === "n" ? shortcuts.add : null;
}
