// The prompt process over the fake vault. Its password is "correct horse battery", and any
// recovery key of the right length is typed correctly; RECOVERY_KEY opens.

import type { PromptBackend } from "../backend";
import type { Settings } from "../generated";
import {
  type ChosenBackup,
  type ChosenFolder,
  type PromptCommands,
  type PromptKind,
  promptClient,
} from "../generated-window";
import { type Handlers, invoking } from "./handlers";
import { type FakeVault, invalid, rejection } from "./vault";

const MINIMUM = 8;
const RECOVERY_KEY = "7K2QW-93XPA-0RDHM-VT5BE-J8N4Z-6CGY1-QM7RS-X2KHP";

const BACKUP: ChosenBackup = {
  file: "/home/ada/.local/share/keyhaven/backups/2026-08-02T090000Z-daily.khbackup",
  made: ["2026-08-02T09:00:00Z", 12],
};

function checkRecovery(key: string): void {
  const bare = (text: string) => text.toUpperCase().replace(/[-\s]/g, "");
  if (bare(key).length !== 40) {
    throw rejection(
      "mistyped_recovery_key",
      "The recovery key is not typed correctly.",
      "It has eight groups of five characters; compare each group with what you wrote down.",
    );
  }
  if (bare(key) !== bare(RECOVERY_KEY)) {
    throw rejection(
      "wrong_recovery_key",
      "The recovery key does not unlock this vault.",
      "It may have been replaced by a newer one, or belong to another vault.",
    );
  }
}

export function makePromptBackend(kind: PromptKind, vault: FakeVault): PromptBackend {
  return promptClient(invoking(promptCommands(kind, vault)));
}

type Task = Settings | ChosenBackup | ChosenFolder | null;

const FOLDER: ChosenFolder = { folder: "/home/ada/keyhaven-salvaged" };
const usual = (kind: PromptKind): Task =>
  kind === "restore" ? BACKUP : kind === "salvage" ? FOLDER : null;

/** `task` is what the window that opened the prompt sends it. */
export function promptCommands(
  kind: PromptKind,
  vault: FakeVault,
  task: Task = usual(kind),
): Handlers<PromptCommands> {
  let done = false;
  const end = <T>(answer: T): T => {
    done = true;
    return answer;
  };
  const check = (password: string) => {
    if (password !== vault.password) {
      throw rejection(
        "wrong_password",
        "The password is wrong.",
        "Check caps lock and the keyboard layout.",
      );
    }
  };
  return {
    prompt_start() {
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
        backup: task !== null && "file" in task ? task : null,
        salvage: task !== null && "folder" in task ? task.folder : null,
        theme: vault.theme,
      };
    },
    prompt_ready: () => null,
    password_strength({ password }) {
      const score = Math.min(4, Math.floor(password.length / 5));
      return {
        score,
        crack_time: ["seconds", "an hour", "months", "decades", "centuries"][score] ?? "",
        warning: score < 2 ? "This is a very common password." : null,
        suggestions: score < 3 ? ["Add another word or two; uncommon words are better."] : [],
      };
    },
    prompt_unlock({ password, acceptOlder }) {
      if (password === "older" && !acceptOlder) {
        throw rejection(
          "older_copy",
          "This copy of the vault is 3 changes older than the one last unlocked here.",
        );
      }
      if (password !== "older") check(password);
      vault.locked = false;
      return end(null);
    },
    prompt_create({ password }) {
      vault.password = password;
      vault.initialised = true;
      vault.locked = false;
      return end({ recovery_key: RECOVERY_KEY });
    },
    prompt_configure({ password }) {
      check(password);
      if (task !== null && !("file" in task) && !("folder" in task)) vault.settings = task;
      return end(null);
    },
    prompt_login() {
      if (!vault.login && vault.locked)
        throw rejection("locked", "The vault is locked.", "Unlock it to continue.");
      vault.locked = false;
      return end(null);
    },
    prompt_recover({ recoveryKey }) {
      checkRecovery(recoveryKey);
      vault.locked = false;
      return end(null);
    },
    prompt_password({ old, recovery, password }) {
      if (recovery) checkRecovery(old);
      else check(old);
      if (password.length < MINIMUM)
        throw rejection(
          "weak_password",
          `The master password needs at least ${MINIMUM} characters.`,
          null,
          {
            minimum: MINIMUM,
          },
        );
      vault.password = password;
      return end(null);
    },
    prompt_recovery_key({ password }) {
      check(password);
      return end({ recovery_key: RECOVERY_KEY });
    },
    prompt_rekey({ old, recovery, password }) {
      if (recovery) checkRecovery(old);
      else check(old);
      vault.password = password;
      return end({ recovery_key: RECOVERY_KEY, old_backups: 2 });
    },
    prompt_restore({ password, present, recovery }) {
      if (present === null)
        throw rejection(
          "present_proof_needed",
          "The vault that would be replaced is intact, so its master password or recovery key is needed too.",
        );
      check(password);
      if (recovery) checkRecovery(present);
      else if (present !== vault.password)
        throw rejection(
          "wrong_present_password",
          "The password does not unlock the vault that would be replaced.",
        );
      if (task !== null && "file" in task) vault.restoreFrom(task.file);
      return end({
        recovery_key: RECOVERY_KEY,
        check: ["shop/dev/stripe"],
        missing: [],
        notices: [],
      });
    },
    prompt_salvage({ old }) {
      check(old);
      return end({
        recovery_key: RECOVERY_KEY,
        folder: task !== null && "folder" in task ? task.folder : "",
        credentials: vault.living.length,
        differences: vault.damaged
          ? ["Shop/dev/stripe, version 2: cannot be read.", "The settings cannot be read."]
          : [],
      });
    },
    // Nothing takes long here.
    prompt_progress: () => null,
    prompt_finish() {
      if (!done) throw invalid("nothing_to_finish", "This prompt is not done yet.");
      return null;
    },
    prompt_cancel: () => null,
  };
}
