// Copies a field outside this window: the agent's helper holds the value, never JavaScript.

import { backend } from "$backend";
import { t } from "$lib/messages";
import { toasts } from "./toasts.svelte";
import { vault } from "./vault.svelte";

let seconds: number | null = null;

/** The setting for how long a copy lasts changed; the next copy fetches it again. */
export function forgetCopySettings(): void {
  seconds = null;
}

export async function copyField(id: string, field: string | null): Promise<void> {
  try {
    await backend.query("copy", { target: { id }, field });
    seconds ??= (await backend.query("settings", {})).clipboard_seconds;
    toasts.success(t("keys-copied", { seconds }));
    void vault.refresh();
  } catch (thrown) {
    toasts.failure(thrown);
  }
}
