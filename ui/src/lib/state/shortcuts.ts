// The keys that work everywhere: with Ctrl, the function keys, and single characters wherever no
// text is typed. A key that arrives while nothing has the focus goes to the list of keys, or to
// the view.

import { focus } from "./focus";

export interface Shortcuts {
  lock(): void;
  palette(): void;
  filter(): void;
  add(): void;
  undo(): void;
  help(): void;
  blocked(): boolean;
  /** To the newest message. */
  toasts(): void;
  /** What Ctrl with this key opens, if it opens a view. */
  view(key: string): (() => void) | null;
}

/** What takes characters itself: fields, and menus and lists that are searched by typing. */
const TYPING =
  'input:not([type="checkbox"], [type="radio"]), textarea, select, [role="combobox"], [role="menu"], .floating';

const isTyping = (target: EventTarget | null) =>
  target instanceof Element && target.closest(TYPING) !== null;

/** These move the focus or change another key; they need no home. */
const MOVERS = ["Tab", "Shift", "Control", "Alt", "Meta", "F6"];

export function handleShortcut(event: KeyboardEvent, shortcuts: Shortcuts): void {
  if (event.defaultPrevented || wentHome(event, shortcuts)) return;
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
    if (key === "k") return shortcuts.palette;
    if (key === "f") return shortcuts.filter;
    if (key === "n") return shortcuts.add;
    if (key === "z") return isTyping(event.target) ? null : shortcuts.undo;
    return shortcuts.view(key);
  }
  if (event.altKey || shortcuts.blocked()) return null;
  if (event.key === "F8") return shortcuts.toasts;
  if (event.key === "F1") return shortcuts.help;
  if (isTyping(event.target)) return null;
  if (key === "/") return shortcuts.filter;
  if (key === "?") return shortcuts.help;
  return key === "n" ? shortcuts.add : null;
}

/** Gives the key to where the keys are looked at, if nothing has the focus. */
function wentHome(event: KeyboardEvent, shortcuts: Shortcuts): boolean {
  const lost = focus.isLost(event.target);
  if (!lost || shortcuts.blocked() || MOVERS.includes(event.key)) return false;
  const home = focus.home();
  if (home === null || home === event.target) return false;
  home.focus({ preventScroll: true });
  const again = new KeyboardEvent(event.type, event);
  home.dispatchEvent(again);
  if (again.defaultPrevented) event.preventDefault();
  return true;
}
