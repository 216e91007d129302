// The content of the settings form; text where the user types text.

import type { ExpiredPolicy, SettingsView } from "$lib/ipc/generated";
import { t } from "$lib/messages";

const LIMITS = {
  lock: [0, 1440],
  clipboard: [5, 600],
  grace: [0, 8760],
  keep: [30, 36_500],
  lead: [0, 365],
} as const;

function numberProblem(text: string, [low, high]: readonly [number, number]): string | null {
  const typed = text.trim();
  const number = Number(typed);
  return /^\d+$/.test(typed) && number >= low && number <= high
    ? null
    : t("settings-problem-number", { low, high });
}

/** Why a text is not a valid lead time. */
export function leadProblem(text: string): string | null {
  return numberProblem(text, LIMITS.lead) === null ? null : t("settings-problem-lead", { text });
}

const timeProblem = (text: string) =>
  /^([01]\d|2[0-3]):[0-5]\d$/.test(text.trim()) ? null : t("settings-problem-time");

export class SettingsDraft {
  lock = $state("");
  onSuspend = $state(true);
  onScreenLock = $state(true);
  clipboard = $state("");
  leads = $state<string[]>([]);
  quietFrom = $state("");
  quietTo = $state("");
  names = $state(false);
  expired = $state<ExpiredPolicy>("warn");
  grace = $state("");
  keep = $state("");

  readonly problems = $derived.by(() => {
    const all = {
      lock: numberProblem(this.lock, LIMITS.lock),
      clipboard: numberProblem(this.clipboard, LIMITS.clipboard),
      grace: numberProblem(this.grace, LIMITS.grace),
      keep: this.keep.trim() === "0" ? null : numberProblem(this.keep, LIMITS.keep),
      quietFrom: timeProblem(this.quietFrom),
      quietTo: timeProblem(this.quietTo),
    };
    const found = Object.entries(all).filter(([, problem]) => problem !== null);
    return Object.fromEntries(found) as Partial<Record<keyof typeof all, string>>;
  });

  constructor(settings: SettingsView) {
    this.lock = String(settings.auto_lock_minutes);
    this.onSuspend = settings.lock_on_suspend;
    this.onScreenLock = settings.lock_on_screen_lock;
    this.clipboard = String(settings.clipboard_seconds);
    this.leads = settings.lead_times.map(String);
    this.quietFrom = settings.quiet_from;
    this.quietTo = settings.quiet_to;
    this.names = settings.names_in_notices;
    this.expired = settings.expired;
    this.grace = String(settings.grace_hours);
    this.keep = String(settings.audit_keep_days);
  }

  settings(): SettingsView {
    return {
      auto_lock_minutes: Number(this.lock),
      lock_on_suspend: this.onSuspend,
      lock_on_screen_lock: this.onScreenLock,
      clipboard_seconds: Number(this.clipboard),
      lead_times: [...new Set(this.leads.map(Number))].sort((a, b) => b - a),
      quiet_from: this.quietFrom.trim(),
      quiet_to: this.quietTo.trim(),
      names_in_notices: this.names,
      expired: this.expired,
      grace_hours: Number(this.grace),
      audit_keep_days: Number(this.keep),
    };
  }

  differs(stored: SettingsView): boolean {
    return JSON.stringify(this.settings()) !== JSON.stringify(new SettingsDraft(stored).settings());
  }
}
