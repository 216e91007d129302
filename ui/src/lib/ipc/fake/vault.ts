// The fake's memory: credentials, settings, launches, and the events they cause.

import { dayAfter, daysUntil } from "$lib/time/relative";
import type { Launch, Theme } from "../backend";
import type {
  AuditEntryView,
  BackupReason,
  BackupView,
  CredentialRow,
  CredentialView,
  DueView,
  EnvironmentView,
  Event,
  Metadata,
  ProfileView,
  SettingsView,
  StatusView,
  Tier,
  TrustedFileView,
} from "../generated";
import { many, sample, stateOf, tiers, trustedFiles } from "./data";
import type { Dialogs } from "./dialogs";
import { done, log } from "./log";

export interface FakeOptions {
  state: "none" | "locked" | "empty" | "open" | "recovered" | "login";
  rows: number;
  now: Date;
  theme: Theme;
  /** Milliseconds each query takes. */
  slow: number;
  /** The name of a query that fails. */
  failing: string | null;
  /** The user closes the password prompt without an answer. */
  leaving: boolean;
}

export class FakeVault {
  readonly now: Date;
  readonly options: FakeOptions;
  initialised: boolean;
  locked: boolean;
  theme: Theme;
  living: CredentialView[];
  trash: CredentialView[] = [];
  launches: Launch[] = [];
  profiles: ProfileView[] = [];
  pinned: string[] = [];
  log: AuditEntryView[];
  copied: string[] = [];
  /** The prompts that were opened. */
  prompts: string[] = [];
  /** The login keychain may open it. */
  login: boolean;
  /** It was opened with the recovery key. */
  recovered: boolean;
  settings: SettingsView = {
    auto_lock_minutes: 30,
    lock_on_suspend: true,
    lock_on_screen_lock: true,
    clipboard_seconds: 20,
    lead_times: [30, 14, 7, 3, 1, 0],
    quiet_from: "20:00",
    quiet_to: "08:00",
    names_in_notices: false,
    expired: "warn",
    grace_hours: 72,
    audit_keep_days: 0,
  };
  backups: BackupView[] = [];
  readonly trusted: TrustedFileView[];
  /** What a person answers. */
  dialogs: Dialogs = null;
  readonly events = new Set<(event: Event) => void>();
  readonly launchListeners = new Set<() => void>();
  readonly openListeners = new Set<(id: string) => void>();

  constructor(options: FakeOptions) {
    this.options = options;
    this.now = options.now;
    this.theme = options.theme;
    this.initialised = options.state !== "none";
    this.login = options.state === "login";
    this.recovered = options.state === "recovered";
    this.locked = options.state === "locked";
    const full = !["none", "empty"].includes(options.state);
    this.living = full ? (options.rows > 0 ? many(options.rows, this.now) : sample(this.now)) : [];
    this.trusted = full ? trustedFiles(this.now) : [];
    const dayBefore = (days: number) => new Date(this.now.getTime() - days * 86_400_000);
    this.backups = full
      ? [
          this.backup(dayBefore(1), "daily"),
          this.backup(dayBefore(2), "import"),
          { ...this.backup(dayBefore(9), "rekey"), state: "unproved" },
          { ...this.backup(dayBefore(16), "daily"), state: "damaged" },
        ]
      : [];
    this.log = full && options.rows === 0 ? log(this.living, this.now) : [];
  }

  backup(at: Date, reason: BackupReason): BackupView {
    return {
      file: `/home/ada/.local/share/keyhaven/backups/${at.toISOString()}-${reason}.khbackup`,
      made_at: at.toISOString(),
      reason,
      size: 272_414,
      credentials: this.living.length,
      state: "authentic",
    };
  }

  emit(event: Event): void {
    for (const listener of this.events) listener(event);
  }

  changed(): void {
    this.emit({ event: "changed" });
  }

  /** A use is seen in the rows; no event tells of it. */
  use(view: CredentialView): void {
    const used = { ...view, uses: view.uses + 1, last_used: this.now.toISOString() };
    this.living = this.living.map((each) => (each.id === view.id ? used : each));
  }

  /** A program was given the keys of an environment. */
  given(project: string, environment: string): void {
    for (const each of this.living)
      if (each.project === project && each.environment === environment) this.use(each);
    this.emit({ event: "running" });
  }

  find(id: string): CredentialView {
    const found = this.living.find((each) => each.id === id);
    if (found === undefined) throw rejection("no_credential", "There is no credential of that id.");
    return found;
  }

  replace(view: CredentialView): CredentialView {
    const fresh = { ...view, revision: view.revision + 1 };
    fresh.state = stateOf(fresh, this.now);
    this.living = this.living.map((each) => (each.id === view.id ? fresh : each));
    this.changed();
    return fresh;
  }

  add(project: string, environment: string, tier: Tier | null, metadata: Metadata): CredentialView {
    const taken = this.living.some(
      (each) =>
        each.name === metadata.name && each.project === project && each.environment === environment,
    );
    if (taken)
      throw rejection("exists", `${metadata.name} exists already.`, null, { name: metadata.name });
    const known = this.environments().find(
      (each) => each.project === project && each.name === environment,
    )?.tier;
    const resolved = known ?? tiers[environment] ?? tier ?? "production";
    const at = this.now.toISOString();
    const blank: CredentialView = {
      ...merge({} as CredentialView, metadata, this.now),
      id: crypto.randomUUID(),
      revision: 1,
      project,
      environment,
      tier: resolved,
      last_used: null,
      snoozed_until: null,
      created_at: at,
      changed_at: at,
      rotated_at: at,
      uses: 0,
      version: 1,
      state: "fine",
    };
    const view = { ...blank, state: stateOf(blank, this.now) };
    this.living = [...this.living, view];
    this.log = [done("credential.add", view, this.log.length + 1), ...this.log];
    this.changed();
    return view;
  }

  edit(view: CredentialView, metadata: Metadata): CredentialView {
    return this.replace(merge(view, metadata, this.now));
  }

  environments(): EnvironmentView[] {
    const found = new Map<string, EnvironmentView>();
    for (const each of this.living) {
      const key = `${each.project}/${each.environment}`;
      const known = found.get(key);
      if (known) known.credentials++;
      else
        found.set(key, {
          project: each.project,
          name: each.environment,
          tier: each.tier,
          credentials: 1,
        });
    }
    const key = (each: EnvironmentView) => `${each.project}/${each.name}`;
    return [...found.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  due(within: number): DueView[] {
    const all = this.living.flatMap((credential) => {
      const row: CredentialRow = credential;
      const both: [DueView["what"], string | null][] = [
        ["expiry", row.expires],
        ["rotation", row.rotation_due],
      ];
      return both.flatMap(([what, due]) => {
        if (due === null) return [];
        const in_days = daysUntil(due, this.now);
        return [{ credential: row, what, due, in_days, snoozed_until: credential.snoozed_until }];
      });
    });
    return all.filter((each) => each.in_days <= within).sort((a, b) => a.in_days - b.in_days);
  }

  status(): StatusView {
    const open = this.initialised && !this.locked;
    const due = this.initialised ? this.due(7) : [];
    return {
      initialised: this.initialised,
      locked: this.locked,
      folder: "/home/ada/.local/share/Personal",
      name: "Personal",
      credentials: open ? this.living.length : 0,
      projects: open ? new Set(this.living.map((each) => each.project)).size : 0,
      overdue: due.filter((each) => each.in_days < 0).length,
      due_this_week: due.filter((each) => each.in_days >= 0).length,
      never_used: open ? this.living.filter((each) => each.last_used === null).length : 0,
      locks_in_seconds: open ? 540 : null,
      agent: {
        pid: 3120,
        socket: "/run/user/1000/keyhaven/0f6b5c0f6b5c0f6b.sock",
        version: "0.1.0",
        started_at: this.now.toISOString(),
      },
      notices: this.recovered ? [{ code: "recovered" }] : [],
    };
  }
}

function merge(view: CredentialView, metadata: Metadata, now: Date): CredentialView {
  const { fields, ...rest } = metadata;
  return {
    ...view,
    ...rest,
    field_list: fields,
    fields: fields.length,
    variables: fields.flatMap((field) => (field.variable === null ? [] : [field.variable])),
    plain: fields.every((field) => field.kind === "plain"),
    rotation_due:
      metadata.rotate_every_days === null ? null : dayAfter(now, metadata.rotate_every_days),
    changed_at: now.toISOString(),
  };
}

/** What a rejected command throws. */
export function rejection(
  code: string,
  message: string,
  hint: string | null = null,
  details: Record<string, unknown> = {},
) {
  return { code, message, hint, error: { code, ...details } };
}
