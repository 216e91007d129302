// The action that the window can offer for a failure.

import { backend } from "$backend";
import type { Failure } from "$lib/ipc/failure";
import { t } from "$lib/messages";
import { navigation } from "./navigation.svelte";
import { vault } from "./vault.svelte";

export interface Remedy {
  label: string;
  run: () => void;
}

async function unlock(): Promise<void> {
  try {
    await backend.openPrompt("unlock");
  } catch {
    // The refresh leads to the locked view, which shows the reason.
  }
  await vault.refresh();
}

/** None where the window cannot help. */
export function remedyFor(failure: Failure): Remedy | null {
  switch (failure.action) {
    case "unlock":
      return { label: t("common-unlock"), run: () => void unlock() };
    case "reload":
      return { label: t("common-reload"), run: () => void vault.refresh() };
    case "settings":
      return { label: t("common-open-settings"), run: () => navigation.go("settings") };
    default:
      return null;
  }
}
