// Copies what is no secret: the reference of a key, its page, or a command.

import { t } from "$lib/messages";
import { toasts } from "./toasts.svelte";

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.success(t("keys-text-copied", { text }));
  } catch (thrown) {
    toasts.failure(thrown);
  }
}
