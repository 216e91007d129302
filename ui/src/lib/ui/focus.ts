// Where the focus goes when a dialog ends.

/** Back to where it was, unless a view that came meanwhile has taken it. */
export function giveBack(event: Event): void {
  const now = document.activeElement;
  if (now === null || now === document.body || now.closest('[role="dialog"]') !== null) return;
  event.preventDefault();
}
