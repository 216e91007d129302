import type { DueKind } from "$lib/ipc/generated";
import { t } from "$lib/messages";

/** What happens to a key on a date. */
export function dueVerb(kind: DueKind): string {
  switch (kind) {
    case "expiry":
      return t("overview-expires");
    case "rotation":
      return t("overview-rotate");
    case "revocation":
      return t("overview-revoke-old");
  }
}
