// Shows a field in a process of its own; nothing of it comes into this window.

import { backend } from "$backend";
import { toasts } from "./toasts.svelte";

export async function revealField(id: string, field: string | null): Promise<void> {
  try {
    await backend.openReveal(id, field);
  } catch (thrown) {
    toasts.failure(thrown);
  }
}
