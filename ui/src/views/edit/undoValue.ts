// Takes a new value back. It ended more than the value before it: that value's dates come back too.

import { backend } from "$backend";
import type { CredentialView } from "$lib/ipc/generated";

/** `previous` is the version that `before` had as its current one. */
export async function undoValue(
  before: CredentialView,
  stored: CredentialView,
  previous: number,
): Promise<void> {
  const { id, expires } = before;
  await backend.query("roll_back", {
    id,
    revision: stored.revision,
    version: previous,
    expires: expires === null ? "none" : { at: expires },
  });
}
