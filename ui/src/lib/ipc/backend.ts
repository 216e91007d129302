// What the window can ask of the outside. Two implementations: Tauri, and an
// in-memory fake for tests. Nothing here ever answers with a value of a credential.

import type {
  Assignment,
  AuditEntryView,
  BackupView,
  CredentialRow,
  CredentialView,
  DoctorFindingView,
  DueView,
  EnvironmentView,
  Event,
  FieldKind,
  HistoryView,
  ImportReport,
  KeyDerivationView,
  LoginKeychainView,
  LogView,
  Metadata,
  ProfileView,
  Progress,
  Query,
  RunningView,
  SettingsView,
  StatusView,
  Target,
  Tier,
  TrustedFileView,
} from "./generated";

/** The answers of the queries the window may send. */
export interface Answers {
  status: StatusView;
  list: CredentialRow[];
  show: CredentialView;
  history: HistoryView;
  due: DueView[];
  environments: EnvironmentView[];
  set_tier: null;
  edit: CredentialView;
  remove: null;
  restore: CredentialView;
  snooze: null;
  audit: AuditEntryView[];
  verify_log: LogView;
  backups: BackupView[];
  back_up: BackupView;
  settings: SettingsView;
  key_derivation: KeyDerivationView;
  login_keychain: LoginKeychainView;
  copy: null;
  trusted_files: TrustedFileView[];
  running: RunningView[];
  end_running: null;
  profiles: ProfileView[];
  remove_profile: null;
  lock: null;
}

export type QueryName = keyof Answers;

/** The request that belongs to a query's name. */
export type RequestOf<K extends QueryName> = Query extends infer Q
  ? Q extends Record<K, infer R>
    ? R
    : never
  : never;

export interface FieldValue {
  field: string;
  value: string;
}

export interface AddCredential {
  project: string;
  environment: string;
  tier: Tier | null;
  metadata: Metadata;
  values: FieldValue[];
}

export interface SetValues {
  target: Target;
  revision: number | null;
  values: FieldValue[];
}

export interface Recognised {
  provider: string | null;
  provider_name: string | null;
  kind: FieldKind;
  reason: string;
  variable: string | null;
  rotate_every_days: number | null;
}

export interface Provider {
  id: string;
  name: string;
  variables: string[];
  rotate_every_days: number | null;
  dashboard: string | null;
}

export interface ImportItem {
  name: string;
  variable: string | null;
  kind: FieldKind;
  reason: string;
  provider: string | null;
  line: number;
}

export interface ImportFile {
  id: number;
  file_name: string;
  items: ImportItem[];
  left_out: { what: string; why: string }[];
}

export interface ImportPlan {
  id: number;
  project: string;
  environment: string;
  tier: Tier | null;
  kinds: Record<string, FieldKind>;
}

export interface Launch {
  id: number;
  command: string;
  profile: string | null;
  project: string;
  environment: string;
  pid: number;
  started_at: string;
  ended: { code: number | null; signal: number | null } | null;
}

export type LaunchWanted =
  | {
      typed: {
        project: string;
        environment: string;
        /** Empty for a shell, which needs a terminal. */
        command: string;
        directory: number | null;
      };
    }
  | { profile: string };

/** What the page sets of a profile; the Rust side knows the rest. */
export interface ProfileDraft {
  /** Id and revision of the one to be changed. */
  known: [string, number] | null;
  name: string;
  project: string;
  environment: string;
  command: string;
  directory: "kept" | "anywhere" | { chosen: number };
  only: string[];
  set: Assignment[];
  clean: boolean;
  allow_production: boolean;
  needs: string[];
}

/** A piece of what a launch wrote: no more than is kept, and masked. */
export interface OutputPiece {
  text: string;
  /** Where it begins; later than was asked for where that is not kept any more. */
  from: number;
  /** Where the next one begins. */
  next: number;
}

export interface Directory {
  id: number;
  path: string;
}

export type Theme = "system" | "light" | "dark";

export interface Preferences {
  theme: Theme;
}

export type Unlisten = () => void;

/** For the main window. */
export interface Backend {
  query<K extends QueryName>(name: K, request: RequestOf<K>): Promise<Answers[K]>;
  addCredential(request: AddCredential): Promise<CredentialView>;
  setValues(request: SetValues): Promise<CredentialView>;
  configure(settings: SettingsView): Promise<SettingsView>;
  recognise(value: string, variable: string): Promise<Recognised>;
  providers(): Promise<Provider[]>;
  importChoose(): Promise<ImportFile | null>;
  importPreview(plan: ImportPlan): Promise<ImportReport>;
  importApply(plan: ImportPlan): Promise<ImportReport>;
  importDiscard(id: number): Promise<void>;
  openPrompt(
    kind: "create" | "unlock" | "password" | "recovery" | "rekey",
  ): Promise<{ done: boolean }>;
  /** Shows a value in a separate process and waits for its end. */
  openReveal(credential: string, field: string | null): Promise<void>;
  /** Restores one of the listed backups, or with null one that a person picks. */
  restoreBackup(file: string | null): Promise<{ done: boolean }>;
  launchStart(wanted: LaunchWanted): Promise<Launch | null>;
  launchAgain(id: number): Promise<Launch | null>;
  /** Opens a terminal of the person's own; false when they said no. */
  launchTerminal(wanted: LaunchWanted): Promise<boolean>;
  /** Newest first. */
  launches(): Promise<Launch[]>;
  launchOutput(id: number, from: number): Promise<OutputPiece | null>;
  /** Commands for the scripts that a chosen folder has. */
  launchSuggestions(directory: number): Promise<string[]>;
  /** Saves a way to launch; null when the person said no to what it starts. */
  saveProfile(draft: ProfileDraft): Promise<ProfileView | null>;
  pinnedProfiles(): Promise<string[]>;
  pinProfile(id: string, on: boolean): Promise<void>;
  launchStop(id: number): Promise<void>;
  chooseDirectory(): Promise<Directory | null>;
  /** What is and is not protected, as `kh doctor` shows it. */
  doctor(): Promise<DoctorFindingView[]>;
  preferences(): Promise<Preferences>;
  setPreferences(preferences: Preferences): Promise<void>;
  onEvent(handler: (event: Event) => void): Promise<Unlisten>;
  onLaunches(handler: () => void): Promise<Unlisten>;
  /** Something was written since the last fetch. */
  onOutput(handler: (id: number) => void): Promise<Unlisten>;
  onOpen(handler: (id: string) => void): Promise<Unlisten>;
}

export type PromptKind =
  | "create"
  | "unlock"
  | "configure"
  | "password"
  | "recovery"
  | "restore"
  | "rekey";

export interface PromptStart {
  kind: PromptKind;
  vault_name: string;
  folder: string;
  due_this_week: number;
  overdue: number;
  minimum_length: number;
  login: boolean;
  recovered: boolean;
  /** What is to be restored, and when it was made with how many keys, where that is known. */
  backup: { file: string; made: [string, number] | null } | null;
  theme: Theme;
}

export interface Restored {
  recovery_key: string;
  check: string[];
  missing: string[];
}

export interface Rekeyed {
  recovery_key: string;
  /** How many backups and replaced vaults stay under the old key. */
  old_backups: number;
}

export interface Strength {
  score: number;
  crack_time: string;
  warning: string | null;
  suggestions: string[];
}

/** For the prompt process, the only place where a password is typed. */
export interface PromptBackend {
  start(): Promise<PromptStart>;
  /** It can be typed into; the window is shown then. */
  ready(): Promise<void>;
  strength(password: string): Promise<Strength>;
  unlock(password: string, acceptOlder: boolean): Promise<void>;
  create(password: string): Promise<{ recovery_key: string }>;
  configure(password: string): Promise<void>;
  login(): Promise<void>;
  recover(recoveryKey: string, acceptOlder: boolean): Promise<void>;
  password(old: string, recovery: boolean, password: string): Promise<void>;
  recoveryKey(password: string): Promise<{ recovery_key: string }>;
  rekey(old: string, recovery: boolean, password: string): Promise<Rekeyed>;
  restore(password: string): Promise<Restored>;
  /** How far the agent is with a restore or a new key; null before it says so. */
  progress(): Promise<Progress | null>;
  finish(): Promise<void>;
  cancel(): Promise<void>;
}

export interface RevealStart {
  name: string;
  project: string;
  environment: string;
  field: string | null;
  seconds: number;
  theme: Theme;
}

/** For the process that shows one value, the only place where one is shown. */
export interface RevealBackend {
  start(): Promise<RevealStart>;
  value(): Promise<{ value: string }>;
  leave(): Promise<void>;
}
