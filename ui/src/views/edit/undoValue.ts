// Takes a new value back. It ended more than the value before it: that value's dates come back too.

import { backend } from "$backend";
import type { CredentialView } from "$lib/ipc/generated";
import { metadataOf } from "./draft.svelte";

/** `previous` is the version that `before` had as its current one. */
export async function undoValue(
  before: CredentialView,
  stored: CredentialView,
  previous: number,
): Promise<void> {
  const { id, expires, rotate_on, snoozed_until } = before;
  let now = await backend.query("roll_back", {
    id,
    revision: stored.revision,
    version: previous,
    expires: expires === null ? "none" : { at: expires },
  });
  if (rotate_on !== now.rotate_on) {
    const metadata = { ...metadataOf(now), rotate_on };
    now = await backend.query("edit", { id, revision: now.revision, metadata });
  }
  if (snoozed_until !== now.snoozed_until)
    await backend.query("snooze", { id, revision: now.revision, until: snoozed_until });
}
