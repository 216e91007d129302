// What a rejected command becomes: one table turns a code into severity and the
// one action that helps in the window.

import { errorHints } from "$lib/messages/en";
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

/** The first letter as at the start of a sentence; names of variables and paths stay as they are. */
export function sentence(text: string): string {
  const first = text.split(/\s/, 1)[0] ?? "";
  const name = /[A-Z_/.~]/.test(first);
  const whole = name ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(whole) ? whole : `${whole}.`;
}

/** Words for anything that was thrown. Hints that name a terminal command get the window's words. */
export function failureOf(thrown: unknown): Failure {
  if (!isRejection(thrown)) {
    return {
      code: "defect",
      message: sentence(thrown instanceof Error ? thrown.message : String(thrown)),
      hint: errorHints.defect ?? null,
      severity: "error",
      action: null,
      error: null,
    };
  }
  const [severity, action] = table[thrown.code] ?? ["error", null];
  const own = errorHints[thrown.code];
  const hint = own === undefined ? thrown.hint : own;
  return {
    code: thrown.code,
    message: sentence(thrown.message),
    hint: hint === null ? null : sentence(hint),
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
