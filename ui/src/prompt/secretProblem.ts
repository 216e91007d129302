// Failures that belong to the field in which a secret was typed.

import type { Failure } from "$lib/ipc/failure";

const ABOUT_SECRET = [
  "wrong_password",
  "wrong_present_password",
  "wrong_recovery_key",
  "mistyped_recovery_key",
];

/** What to show at the field; none when the failure is about something else. */
export function secretProblem({ code, message, hint }: Failure): string | null {
  if (!ABOUT_SECRET.includes(code)) return null;
  return [message, hint].filter(Boolean).join(" ");
}
