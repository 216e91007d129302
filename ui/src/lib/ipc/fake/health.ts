// What the fake finds wrong with its keys: the findings that follow from what is stored about
// them. Those that need a value, a rotation or a profile are found by the agent alone.

import { referenceOf } from "$lib/keys/reference";
import { daysUntil, dueWords } from "$lib/time/relative";
import type { CredentialView, HealthFix, HealthSeverity } from "../generated";
import type { HealthFindingView, HealthReport } from "../generated-window";
import type { FakeVault } from "./vault";

const NEVER_USED_DAYS = 30;
const UNUSED_DAYS = 90;
const SEVERITIES: HealthSeverity[] = ["problem", "warning", "note"];
const MOST = 1000;

type Found = Pick<HealthFindingView, "severity" | "message" | "fix">;
type Rule = (view: CredentialView, vault: FakeVault) => Found | null;

const found = (severity: HealthSeverity, fix: HealthFix, message: string): Found => ({
  severity,
  fix,
  message,
});

const daysSince = (at: string, { now }: FakeVault) => -daysUntil(at, now);

const rules: Rule[] = [
  ({ state, expires_in }) =>
    state === "expired" && expires_in !== null
      ? found("problem", "rotate", `It ${dueWords(expires_in.words)}.`)
      : null,
  ({ state, rotation_in }) =>
    state === "overdue" && rotation_in !== null
      ? found("warning", "rotate", `Its rotation is ${dueWords(rotation_in.words)}.`)
      : null,
  ({ expires_in, lead_times }, { settings }) =>
    expires_in !== null &&
    expires_in.seconds > 0 &&
    expires_in.in_days <= Math.max(0, ...(lead_times ?? settings.lead_times))
      ? found("warning", "rotate", `It expires ${dueWords(expires_in.words)}.`)
      : null,
  ({ expires, rotation_due, never_rotate }) =>
    expires === null && rotation_due === null && (never_rotate ?? null) === null
      ? found(
          "warning",
          "set_interval",
          "It has no expiry and no rotation date; every 90 days is usual.",
        )
      : null,
  ({ last_used }, vault) => {
    const days = last_used === null ? 0 : daysSince(last_used, vault);
    return days >= UNUSED_DAYS
      ? found("warning", "revoke", `It was last used ${days} days ago.`)
      : null;
  },
  ({ last_used, created_at }, vault) => {
    const days = daysSince(created_at, vault);
    return last_used === null && days >= NEVER_USED_DAYS
      ? found("note", "revoke", `It was stored ${days} days ago and never used.`)
      : null;
  },
  ({ tier, owner }) =>
    tier === "production" && owner === null
      ? found("note", "set_owner", "It is in production, and nobody is named as responsible.")
      : null,
];

export function health(vault: FakeVault): HealthReport {
  const keys = vault.living.filter((each) => !each.plain && each.state !== "revoked");
  const all = keys.flatMap((view) =>
    rules.flatMap((rule) => {
      const one = rule(view, vault);
      return one === null ? [] : [shown(view, one)];
    }),
  );
  const of = (severity: HealthSeverity) => all.filter((each) => each.severity === severity);
  return {
    keys: keys.length,
    problems: of("problem").length,
    warnings: of("warning").length,
    notes: of("note").length,
    findings: SEVERITIES.flatMap(of).slice(0, MOST),
  };
}

function shown(view: CredentialView, one: Found): HealthFindingView {
  const { id, project, environment, name } = view;
  return { id, project, environment, name, ...one, command: commandOf(one.fix, referenceOf(view)) };
}

function commandOf(fix: HealthFix, reference: string): string {
  if (fix === "set_interval") return `kh edit ${reference} --rotate-every usual`;
  if (fix === "set_owner") return `kh edit ${reference} --owner NAME`;
  return fix === "revoke" ? `kh revoke ${reference}` : `kh rotate ${reference}`;
}
