// Says once that the first view can be used: for the measurement of the start, and for tests.

import { tick } from "svelte";

let said = false;

/** Marks the moment after the next paint in which the first view answers. */
export async function markInteractive(): Promise<void> {
  if (said) return;
  said = true;
  await tick();
  requestAnimationFrame(() => {
    performance.mark("interactive");
    document.documentElement.dataset.ready = "true";
  });
}
