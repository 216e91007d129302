// The prompt process over the fake vault. Its password is "correct horse battery", and any
// recovery key of the right length is typed correctly; RECOVERY_KEY opens.

import type { PromptBackend, PromptKind } from "../backend";
import { type FakeVault, rejection } from "./vault";

export const PASSWORD = "correct horse battery";
const MINIMUM = 8;
const RECOVERY_KEY = "7K2QW-93XPA-0RDHM-VT5BE-J8N4Z-6CGY1-QM7RS-X2KHP";

function checkRecovery(key: string): void {
  const bare = (text: string) => text.toUpperCase().replace(/[-\s]/g, "");
  if (bare(key).length !== 40) {
    throw rejection(
      "mistyped_recovery_key",
      "The recovery key is not typed correctly.",
      "It has eight groups of five characters; compare each with what you wrote down.",
    );
  }
  if (bare(key) !== bare(RECOVERY_KEY)) {
    throw rejection("wrong_recovery_key", "This recovery key does not open this vault.");
  }
}

export function makePromptBackend(kind: PromptKind, vault: FakeVault): PromptBackend {
  const check = (password: string) => {
    if (password !== PASSWORD) {
      throw rejection(
        "wrong_password",
        "The password is wrong.",
        "Check caps lock and the keyboard layout.",
      );
    }
  };
  return {
    async start() {
      const status = vault.status();
      return {
        kind,
        vault_name: status.name,
        folder: status.folder,
        due_this_week: 2,
        overdue: kind === "create" ? 0 : 1,
        minimum_length: MINIMUM,
        login: vault.login,
        recovered: vault.recovered,
        backup:
          kind === "restore"
            ? {
                file: "/home/ada/.local/share/keyhaven/backups/2026-08-02T090000Z-daily.khbackup",
                made: ["2026-08-02T09:00:00Z", 12],
              }
            : null,
        theme: vault.theme,
      };
    },
    async ready() {},
    async strength(password) {
      const score = Math.min(4, Math.floor(password.length / 5));
      return {
        score,
        crack_time: ["seconds", "an hour", "months", "decades", "centuries"][score] ?? "",
        warning: score < 2 ? "This is easy to guess" : null,
        suggestions: score < 3 ? ["Add another word or two"] : [],
      };
    },
    async unlock(password, acceptOlder) {
      if (password === "older" && !acceptOlder) {
        throw rejection(
          "older_copy",
          "This copy of the vault is 3 changes older than the one last opened here.",
        );
      }
      if (password !== "older") check(password);
      vault.locked = false;
    },
    create: async () => ({ recovery_key: RECOVERY_KEY }),
    configure: async (password) => check(password),
    login: async () => {},
    recover: async (key) => checkRecovery(key),
    async password(old, recovery, password) {
      if (recovery) checkRecovery(old);
      else check(old);
      if (password.length < MINIMUM)
        throw rejection("weak_password", `It is shorter than ${MINIMUM} characters.`, null, {
          minimum: MINIMUM,
        });
    },
    async recoveryKey(password) {
      check(password);
      return { recovery_key: RECOVERY_KEY };
    },
    async rekey(old, recovery) {
      if (recovery) checkRecovery(old);
      else check(old);
      return { recovery_key: RECOVERY_KEY, old_backups: 2 };
    },
    async restore(password) {
      check(password);
      return { recovery_key: RECOVERY_KEY, check: ["shop/dev/stripe"], missing: [] };
    },
    progress: async () => ({ done: 1, total: 4 }),
    finish: async () => {},
    cancel: async () => {},
  };
}
