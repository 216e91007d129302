// The fake's memory: credentials, settings, launches, and the events they cause.

import { daysUntil } from "$lib/time/relative";
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
  NextExpiry,
  ProfileView,
  Settings,
  StatusView,
  Tier,
  TrustedFileView,
} from "../generated";
import { defaultSettings } from "../generated";
import type { ChildView, Events, Theme, UnsavedWork } from "../generated-window";
import { many, sample, tiers, trustedFiles } from "./data";
import type { Dialogs } from "./dialogs";
import { dated, distance } from "./due";
import { done, log } from "./log";
import { type FakeVersion, rotation } from "./versions";

export const PASSWORD = "correct horse battery";

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
  zoom = 100;
  view = "";
  /** Before what the window asks when it is closed. */
  unsaved: UnsavedWork | null = null;
  /** The file that is picked for an import. */
  importing = "shop.env";
  /** Unlocking finds it damaged. */
  damaged = false;
  living: CredentialView[];
  trash: CredentialView[] = [];
  launches: ChildView[] = [];
  profiles: ProfileView[] = [];
  pinned: string[] = [];
  log: AuditEntryView[];
  copied: string[] = [];
  /** The prompts that were opened. */
  prompts: string[] = [];
  password = PASSWORD;
  /** Those of each key whose values are known; see versions.ts. */
  readonly versions = new Map<string, FakeVersion[]>();
  readonly #kept = new Map<string, CredentialView[]>();
  /** The login keychain may open it. */
  login: boolean;
  /** It was opened with the recovery key. */
  recovered: boolean;
  settings: Settings = defaultSettings;
  backups: BackupView[] = [];
  readonly trusted: TrustedFileView[];
  /** What a person answers. */
  dialogs: Dialogs = null;
  readonly #listeners: { [E in keyof Events]: Set<(carried: Events[E]) => void> } = {
    "keyhaven-event": new Set(),
    "keyhaven-launches": new Set(),
    "keyhaven-output": new Set(),
    "keyhaven-open": new Set(),
    "keyhaven-prompt": new Set(),
  };

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
    const file = `/home/ada/.local/share/keyhaven/backups/${at.toISOString()}-${reason}.khbackup`;
    this.#kept.set(file, this.living);
    return {
      file,
      made_at: at.toISOString(),
      reason,
      size: 272_414,
      credentials: this.living.length,
      state: "authentic",
    };
  }

  listen<E extends keyof Events>(event: E, handler: (carried: Events[E]) => void): () => void {
    const listeners: Set<(carried: Events[E]) => void> = this.#listeners[event];
    listeners.add(handler);
    return () => listeners.delete(handler);
  }

  send<E extends keyof Events>(event: E, carried: Events[E]): void {
    for (const listener of this.#listeners[event]) listener(carried);
  }

  restoreFrom(file: string): void {
    this.living = this.#kept.get(file) ?? this.living;
    this.trash = [];
  }

  emit(event: Event): void {
    this.send("keyhaven-event", event);
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
    if (found === undefined) throw rejection("no_credential", "There is no key of that id.");
    return found;
  }

  replace(view: CredentialView): CredentialView {
    const fresh = dated({ ...view, revision: view.revision + 1 }, this.now);
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
      expires_in: null,
      rotation_in: null,
      state: "fine",
    };
    const view = dated({ ...blank, ...rotation(this, blank) }, this.now);
    this.living = [...this.living, view];
    this.log = [done("credential.add", view, this.log.length + 1), ...this.log];
    this.changed();
    return view;
  }

  edit(view: CredentialView, metadata: Metadata): CredentialView {
    const merged = merge(view, metadata, this.now);
    return this.replace({ ...merged, ...rotation(this, merged) });
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
        const { snoozed_until } = credential;
        const told = distance(what, due, this.now);
        const words_until = new Date(this.now.getTime() + 3_600_000).toISOString();
        const { lead_times, changed_at } = credential;
        const leads = lead_times ?? this.settings.lead_times;
        return [
          {
            credential: row,
            what,
            due,
            ...told,
            words_until,
            lead_times: leads,
            changed_at,
            snoozed_until,
          },
        ];
      });
    });
    return all.filter((each) => each.in_days <= within).sort((a, b) => a.seconds - b.seconds);
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
      overdue: due.filter((each) => each.seconds <= 0).length,
      due_this_week: due.filter((each) => each.seconds > 0).length,
      never_used: open ? this.living.filter((each) => each.last_used === null).length : 0,
      locks_in_seconds: open ? 540 : null,
      locks_at_latest_in_seconds: null,
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
    ...rotationFields(metadata),
    changed_at: now.toISOString(),
  };
}

function rotationFields(metadata: Metadata): Partial<CredentialView> {
  const { rotate_every_days: every, rotate_on = null, never_rotate = null } = metadata;
  if (never_rotate !== null && (every !== null || rotate_on !== null)) {
    const text = `${metadata.name} is never rotated, so it has neither a rotation interval nor a rotation date.`;
    throw rejection("invalid", text, "Choose one of them.", {
      problem: { code: "never_with_rotation", name: metadata.name },
    });
  }
  return { rotate_on, never_rotate };
}

/** Where nobody says, a date that has passed is forgotten and another one stays. */
export function nextExpiry(
  said: NextExpiry | null | undefined,
  old: string | null,
  now: Date,
): string | null {
  if (said === "none") return null;
  if (said === "keep") return old;
  if (said !== undefined && said !== null) return said.at;
  return old !== null && daysUntil(old, now) < 0 ? null : old;
}

/** A request that is refused as it is. */
export function invalid(problem: string, message: string) {
  return rejection("invalid", message, null, { problem: { code: problem } });
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
