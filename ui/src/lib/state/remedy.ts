// The one thing the window can do at once about a failure, as a button.

import { backend } from "$backend";
import type { Failure } from "$lib/ipc/failure";
import { t } from "$lib/messages/en";
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
    // What stands in the way is said by the locked view, which the refresh brings.
  }
  await vault.refresh();
}

/** None where only the person can help. */
export function remedyFor(failure: Failure): Remedy | null {
  switch (failure.action) {
    case "unlock":
      return { label: t.common.unlock, run: () => void unlock() };
    case "reload":
      return { label: t.common.reload, run: () => void vault.refresh() };
    case "settings":
      return { label: t.common.openSettings, run: () => navigation.go("settings") };
    default:
      return null;
  }
}
