// Removes a key: at once, since it can be undone.

import { backend } from "$backend";
import type { CredentialRow } from "$lib/ipc/generated";
import { t } from "$lib/messages";
import { focus } from "./focus";
import { navigation } from "./navigation.svelte";
import { toasts } from "./toasts.svelte";
import { undo } from "./undo";

type Removed = Pick<CredentialRow, "id" | "name" | "revision" | "project" | "environment" | "tier">;

export async function removeKey(removed: Removed): Promise<void> {
  const { id, name, revision, project, environment } = removed;
  try {
    await backend.query("remove", { id, revision });
    navigation.selected = null;
    focus.request("keys");
    const said =
      removed.tier === "production"
        ? t("keys-removed-production", { name, place: t("common-place", { project, environment }) })
        : t("keys-removed", { name });
    undo.offer(said, () => restoreKey(id, name));
  } catch (thrown) {
    toasts.failure(thrown);
  }
}

async function restoreKey(id: string, name: string): Promise<void> {
  await backend.query("restore", { id });
  navigation.selected = id;
  toasts.success(t("keys-restored", { name }));
}
