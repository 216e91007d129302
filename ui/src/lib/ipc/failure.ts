// What a rejected command becomes: one table turns a code into severity and the
// one action that helps in the window.

import { t } from "$lib/messages";
import type { Error as TypedError } from "./generated";

export type Code = TypedError["code"];

/** `calm`: the person decided so, nothing to show. */
export type Severity = "calm" | "warning" | "error";

/** What the window can offer at once. */
export type Action = "unlock" | "reload" | "settings" | null;

export interface Failure {
  code: Code;
  message: string;
  hint: string | null;
  severity: Severity;
  action: Action;
  error: TypedError | null;
}

const table: Partial<Record<Code, [Severity, Action]>> = {
  cancelled: ["calm", null],
  locked: ["warning", "unlock"],
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
  wrong_password: ["warning", null],
  wrong_recovery_key: ["warning", null],
  mistyped_recovery_key: ["warning", null],
  weak_password: ["warning", null],
  password_needed: ["warning", null],
  older_copy: ["warning", null],
  no_clipboard: ["warning", null],
  no_keychain: ["warning", null],
};

/** The text of anything that was thrown. Hints that name a terminal command become those of the window. */
export function failureOf(thrown: unknown): Failure {
  if (!isRejection(thrown)) {
    return {
      code: "defect",
      message: thrown instanceof Error ? thrown.message : String(thrown),
      hint: t("error-hint-defect"),
      severity: "error",
      action: null,
      error: null,
    };
  }
  const [severity, action] = table[thrown.code] ?? ["error", null];
  return {
    code: thrown.code,
    message: thrown.message,
    hint: hintFor(thrown),
    severity,
    action,
    error: thrown.error ?? null,
  };
}

// Codes whose solution in the window differs from that in the terminal.
const OWN_HINTS = [
  "locked",
  "no_vault",
  "older_copy",
  "password_needed",
  "no_clipboard",
  "field_needed",
  "no_credential",
  "no_project",
  "no_environment",
  "no_profile",
  "exists",
  "variable_taken",
  "changed",
  "revoked",
  "expired",
  "loader_variable",
  "scope_missing",
  "backup_failed",
  "not_a_backup",
  "damaged_backup",
  "damaged_data",
  "damaged_header",
  "agent_running",
  "no_agent",
  "agent_version",
  "defect",
] as const satisfies readonly Code[];

// Codes whose hint names a terminal command that does not help here.
const WITHOUT_HINT: readonly Code[] = ["no_version", "tier_refused", "broken_agent"];

function hintFor({ code, hint }: Rejection): string | null {
  const own = OWN_HINTS.find((each) => each === code);
  if (own) return t(`error-hint-${own}`);
  return hint === null || WITHOUT_HINT.includes(code) ? null : hint;
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
