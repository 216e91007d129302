// What a rejected command becomes: one table turns a code into severity and the
// one action that helps in the window.

import { t } from "$lib/messages";
import type { Error as TypedError } from "./generated";

export type Code = TypedError["code"];

/** `calm`: the person decided so, nothing to show. */
export type Severity = "calm" | "warning" | "error";

/** What the window can offer at once. */
export type FailureAction = "unlock" | "reload" | "settings" | null;

export interface Failure {
  code: Code;
  message: string;
  hint: string | null;
  severity: Severity;
  action: FailureAction;
  error: TypedError | null;
}

const table: Partial<Record<Code, [Severity, FailureAction]>> = {
  cancelled: ["calm", null],
  locked: ["warning", "unlock"],
  import_stopped: ["warning", "unlock"],
  changed: ["warning", "reload"],
  no_credential: ["warning", "reload"],
  expired: ["warning", "settings"],
  revoked: ["warning", null],
  exists: ["warning", null],
  variable_taken: ["warning", null],
  import_conflict: ["warning", null],
  invalid: ["warning", null],
  malformed: ["warning", null],
  loader_variable: ["warning", null],
  variable_refused: ["warning", null],
  wrong_password: ["warning", null],
  wrong_recovery_key: ["warning", null],
  mistyped_recovery_key: ["warning", null],
  weak_password: ["warning", null],
  password_needed: ["warning", null],
  older_copy: ["warning", null],
  no_clipboard: ["warning", null],
  no_keychain: ["warning", null],
};

/** The text of anything that was thrown; that of a rejected command comes from Rust. */
export function failureOf(thrown: unknown): Failure {
  if (!isRejection(thrown)) {
    return {
      code: "defect",
      message: thrown instanceof Error ? thrown.message : String(thrown),
      hint: t("common-defect-hint"),
      severity: "error",
      action: null,
      error: null,
    };
  }
  const [severity, action] = table[thrown.code] ?? ["error", null];
  return {
    code: thrown.code,
    message: thrown.message,
    hint: thrown.hint,
    severity,
    action,
    error: thrown.error ?? null,
  };
}

interface Rejection {
  code: Code;
  message: string;
  hint: string | null;
  error?: TypedError;
}

function isRejection(thrown: unknown): thrown is Rejection {
  return (
    typeof thrown === "object" &&
    thrown !== null &&
    typeof (thrown as Rejection).code === "string" &&
    typeof (thrown as Rejection).message === "string"
  );
}
