// Reports once that the first view can be used, for measuring the start and for tests.

import { tick } from "svelte";

let marked = false;

/** Marks the moment after the next paint in which the first view answers. */
export async function markInteractive(): Promise<void> {
  if (marked) return;
  marked = true;
  await tick();
  requestAnimationFrame(() => {
    performance.mark("interactive");
    document.documentElement.dataset.ready = "true";
  });
}
