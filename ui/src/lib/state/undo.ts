// What was done last and can be undone: by the button of its message, or later with Ctrl+Z.

import { t } from "$lib/messages";
import { toasts } from "./toasts.svelte";

class UndoHistory {
  #last: (() => Promise<void>) | null = null;

  /** Reports what was done, with the way back. */
  offer(text: string, back: () => Promise<void>): void {
    this.#last = back;
    toasts.success(text, { label: t("common-undo"), run: () => void this.#run(back) });
  }

  /** Takes the last change back, if there is one. */
  async undo(): Promise<void> {
    if (this.#last === null) toasts.info(t("common-nothing-to-undo"));
    else await this.#run(this.#last);
  }

  /** Nothing of an earlier session is undone. */
  clear(): void {
    this.#last = null;
  }

  async #run(back: () => Promise<void>): Promise<void> {
    if (this.#last === back) this.#last = null;
    try {
      await back();
    } catch (thrown) {
      toasts.failure(thrown);
    }
  }
}

export const undo = new UndoHistory();
