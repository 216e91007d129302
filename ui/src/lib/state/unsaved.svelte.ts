// What was entered and is not stored yet. The window learns it, and asks before it is closed: its
// question comes even where this page does not answer any more.

import { backend } from "$backend";
import type { UnsavedWork } from "$lib/ipc/generated-window";
import { navigation } from "./navigation.svelte";

/** The dialogs in which something is entered. */
const DIALOGS: readonly string[] = ["add", "edit", "set", "import", "profile"];

const isWork = (kind: string | undefined): kind is UnsavedWork =>
  kind !== undefined && DIALOGS.includes(kind);

class Unsaved {
  /** In the open dialog. */
  dialog = $state(false);
  /** In the settings, also while another view is shown. */
  settings = $state(false);

  readonly work: UnsavedWork | null = $derived.by(() => {
    const kind = navigation.dialog?.kind;
    if (this.dialog && isWork(kind)) return kind;
    return this.settings ? "settings" : null;
  });

  /** Keeps the window informed while the component that is being initialised exists. */
  report(): void {
    $effect(() => void backend.setUnsaved(this.work));
    $effect(() => () => {
      this.settings = false;
      void backend.setUnsaved(null);
    });
  }
}

export const unsaved = new Unsaved();
