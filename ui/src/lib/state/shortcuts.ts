// The keys that work everywhere. A field that takes text keeps its letters.

export interface Shortcuts {
  lock(): void;
  palette(): void;
  filter(): void;
  add(): void;
  blocked(): boolean;
}

const takesText = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

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
  if (event.altKey || takesText(event.target) || shortcuts.blocked()) return null;
  if (key === "/") return shortcuts.filter;
  return key === "n" ? shortcuts.add : null;
}
