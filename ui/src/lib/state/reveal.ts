// Shows a field in a separate process; its value never reaches this window.

import { backend } from "$backend";
import { toasts } from "./toasts.svelte";

export async function revealField(id: string, field: string | null): Promise<void> {
  try {
    await backend.openReveal(id, field);
  } catch (thrown) {
    toasts.failure(thrown);
  }
}
