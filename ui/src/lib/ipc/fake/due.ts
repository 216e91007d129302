// How far away a due date is, for the fake. The agent has the rule itself; the scenarios in
// tests/contract compare both.

import { daysUntil, isDate, toLocal } from "$lib/time/relative";
import type {
  CredentialState,
  CredentialView,
  DueDistance,
  DueKind,
  DueWords,
  Moment,
} from "../generated";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A civil date expires at its end and wants rotation at its start. */
function takesEffect(kind: DueKind, moment: Moment): Date {
  const at = toLocal(moment);
  if (kind === "expiry" && isDate(moment)) at.setDate(at.getDate() + 1);
  return at;
}

export function distance(kind: DueKind, moment: Moment, now: Date): DueDistance {
  const at = takesEffect(kind, moment);
  const ahead = at.getTime() - now.getTime();
  const in_days = daysUntil(moment, now);
  const seconds = ahead > 0 ? Math.ceil(ahead / 1000) : Math.trunc(ahead / 1000);
  return {
    seconds,
    in_days,
    words: words(kind, ahead, in_days, -daysUntil(at.toISOString(), now)),
  };
}

function words(kind: DueKind, ahead: number, inDays: number, daysAgo: number): DueWords {
  const hours = Math.floor((Math.abs(ahead) + HOUR / 2) / HOUR);
  const near = Math.abs(ahead) <= 2 * DAY;
  if (ahead > 0) {
    if (!near) return { code: "in_days", days: inDays };
    return hours === 0 ? { code: "in_under_an_hour" } : { code: "in_hours", hours };
  }
  const past = kind === "expiry" ? "expired" : "overdue";
  if (!near) return { code: `${past}_days`, days: daysAgo };
  return hours === 0 ? { code: `${past}_under_an_hour` } : { code: `${past}_hours`, hours };
}

function stateOf(view: CredentialView, now: Date): CredentialState {
  if (view.version === null) return "revoked";
  const expires = view.expires === null ? null : distance("expiry", view.expires, now);
  const rotation = view.rotation_due === null ? null : distance("rotation", view.rotation_due, now);
  if (expires !== null && expires.seconds <= 0) return "expired";
  if (rotation !== null && rotation.seconds <= 0) return "overdue";
  return Math.min(expires?.in_days ?? 999, rotation?.in_days ?? 999) <= 30 ? "due_soon" : "fine";
}

/** A credential with what follows from its dates. */
export function dated<V extends CredentialView>(view: V, now: Date): V {
  const of = (kind: DueKind, moment: Moment | null) =>
    moment === null || view.version === null ? null : distance(kind, moment, now);
  return {
    ...view,
    expires_in: of("expiry", view.expires),
    rotation_in: of("rotation", view.rotation_due),
    state: stateOf(view, now),
  };
}
