// Where the focus goes when a dialog closes, and when a form is invalid.

import { tick } from "svelte";

/** Back to where it was, unless a view that appeared since has taken it. */
export function giveBack(event: Event): void {
  const now = document.activeElement;
  if (now === null || now === document.body || now.closest('[role="dialog"]') !== null) return;
  event.preventDefault();
}

/** To the first field that is marked as invalid, once it is marked. */
export async function toFirstInvalid(form: HTMLFormElement | null): Promise<void> {
  await tick();
  const fields = [...(form?.elements ?? [])];
  const first = fields.find((field) => field.getAttribute("aria-invalid") === "true");
  if (first instanceof HTMLElement) first.focus();
}
