// Generated from src-tauri/src by `cargo xtask generate`. Do not edit.

import type {
  Assignment,
  AuditEntryView,
  AuditRequest,
  BackUpRequest,
  BackupView,
  BackupsRequest,
  CopyRequest,
  CredentialRow,
  CredentialView,
  DoctorFindingView,
  DueDistance,
  DueRequest,
  DueView,
  EditRequest,
  EndRunningRequest,
  EnvironmentView,
  EnvironmentsRequest,
  Event,
  FieldKind,
  HealthFix,
  HealthSeverity,
  HistoryRequest,
  HistoryView,
  ImportReport,
  KeyDerivationRequest,
  KeyDerivationView,
  ListRequest,
  LockRequest,
  LogView,
  LoginKeychainRequest,
  LoginKeychainView,
  Metadata,
  Moment,
  NextExpiry,
  Notice,
  Problem,
  ProfileRequest,
  ProfileView,
  ProfilesRequest,
  Progress,
  Query,
  RemoveProfileRequest,
  RemoveRequest,
  RestoreRequest,
  RollBackRequest,
  RunningRequest,
  RunningView,
  SetTierRequest,
  Settings,
  SettingsRequest,
  ShowRequest,
  SnoozeRequest,
  StatusRequest,
  StatusView,
  Target,
  Tier,
  TrustedFileView,
  TrustedFilesRequest,
  VerifyLogRequest,
} from "./generated";

/** The way to Rust: calls one of these commands. */
export type Invoke<Commands extends Record<keyof Commands, { arguments: unknown; answer: unknown }>> =
  <K extends keyof Commands>(
    command: K,
    args: Commands[K]["arguments"],
  ) => Promise<Commands[K]["answer"]>;

export type AddCredential = { project: string, environment: string, tier: Tier | null, metadata: Metadata, values: Array<FieldInput>, };

export type ChildView = { 
/**
 * Counts from 1.
 */
id: number, 
/**
 * As it was typed.
 */
command: string, 
/**
 * The profile it was started by.
 */
profile: string | null, 
/**
 * Whose keys it got.
 */
project: string, 
/**
 * Whose keys it got.
 */
environment: string, 
/**
 * The process, also the id of its group.
 */
pid: number, 
/**
 * When it was started.
 */
started_at: string, 
/**
 * None while it runs.
 */
ended: LaunchEnd | null, };

export type ChosenBackup = { 
/**
 * Its path.
 */
file: string, 
/**
 * When it was made, and how many keys it holds, where that is known.
 */
made: [string, number] | null, };

export type ChosenDirectory = { id: number, path: string, };

export type ChosenFolder = { 
/**
 * Its path.
 */
folder: string, };

export type DraftCheck = { problems: Array<DraftProblem>, 
/**
 * The tier that the environment's name tells.
 */
tier: Tier | null, 
/**
 * The variable that is named after the key.
 */
variable: string | null, 
/**
 * When it expires, where that can be read.
 */
expires: Moment | null, 
/**
 * How far away that is.
 */
expires_in: DueDistance | null, 
/**
 * The rotation interval, where that can be read.
 */
rotate_every_days: number | null, 
/**
 * The fixed rotation date, where that can be read.
 */
rotate_on: Moment | null, 
/**
 * How far away that is.
 */
rotate_in: DueDistance | null, 
/**
 * The fields, by their number, whose variable changes how programs load code.
 */
loaders: Array<number>, };

export type DraftPlace = "project" | "environment" | "name" | "expires" | "rotate_every" | "rotate_on" | { "allowed_ip": number } | { "field_name": number } | { "variable": number };

export type DraftProblem = { place: DraftPlace, problem: Problem, 
/**
 * As a sentence.
 */
text: string, };

export type FieldInput = { field: string, value: SecretInput, };

export type FieldNames = { name: string, variable: string, };

export type HealthFindingView = { 
/**
 * The credential.
 */
id: string, project: string, environment: string, name: string, severity: HealthSeverity, 
/**
 * A sentence.
 */
message: string, fix: HealthFix, 
/**
 * The command of `kh` that fixes it.
 */
command: string, };

export type HealthReport = { 
/**
 * How many keys were looked at.
 */
keys: number, problems: number, warnings: number, notes: number, 
/**
 * Not all, where there are very many.
 */
findings: Array<HealthFindingView>, };

export type ImportFileView = { id: number, file_name: string, 
/**
 * The project and environment that the file's place suggests.
 */
suggested: PlaceGuess, items: Array<ImportRecordView>, left_out: Array<ImportLeftOutView>, 
/**
 * The lines that cannot be read; the others are imported only if a person agrees.
 */
skipped: Array<ImportSkippedView>, 
/**
 * The names of the rows that are one AWS key together, if there is one.
 */
aws_key: Array<string>, };

export type ImportLeftOutView = { line: number, what: string, why: string, };

export type ImportPlan = { 
/**
 * The file.
 */
id: number, 
/**
 * Where to.
 */
project: string, 
/**
 * Where to.
 */
environment: string, 
/**
 * The tier of a new environment whose name does not tell.
 */
tier: Tier | null, 
/**
 * Kinds that differ from the proposed ones, by name.
 */
kinds: { [key in string]: FieldKind }, 
/**
 * The names of the rows that are not imported.
 */
left_out: Array<string>, 
/**
 * Imports the other lines of a file with lines that cannot be read.
 */
skip_invalid: boolean, 
/**
 * Stores the values of an AWS key as one key with a field for each.
 */
join_aws_key: boolean, };

export type ImportRecordView = { name: string, variable: string | null, kind: FieldKind, reason: string, provider: string | null, line: number, 
/**
 * The invisible characters in a value that looks like a token, by name.
 */
hidden: Array<string>, };

export type ImportSkippedView = { line: number, column: number, 
/**
 * What was expected there.
 */
expected: string, };

export type KeyDraft = { 
/**
 * Today, here.
 */
today: string, project: string, environment: string, name: string, expires: string, rotate_every: string, rotate_on: string, allowed_ips: Array<string>, fields: Array<FieldNames>, };

export type LaunchDraft = { "typed": { 
/**
 * Whose keys it gets.
 */
project: string, 
/**
 * Whose keys it gets.
 */
environment: string, 
/**
 * Empty for a shell in a terminal.
 */
command: string, 
/**
 * The id of a folder that was chosen.
 */
directory: number | null, } } | { "profile": string };

export type LaunchEnd = { 
/**
 * Its exit status, unless a signal ended it.
 */
code: number | null, 
/**
 * The signal that ended it.
 */
signal: number | null, };

export type NewRecoveryKey = { recovery_key: ShownSecret, };

export type NoticeText = { message: string, hint: string | null, };

export type OutputPiece = { 
/**
 * The text.
 */
text: string, 
/**
 * Where it begins, in bytes; later than was asked for where that is not kept any more.
 */
from: number, 
/**
 * Where the next piece begins.
 */
next: number, };

export type PlaceGuess = { project: string | null, environment: string | null, };

export type Preferences = { 
/**
 * The colours.
 */
theme: Theme, 
/**
 * How large everything is, in percent.
 */
zoom: number, 
/**
 * The view that was shown last, by the page's name for it; empty where none was. It says
 * nothing of what is in the vault.
 */
view: string, };

export type ProfileDirectory = "kept" | "anywhere" | { "chosen": number };

export type ProfileDraft = { 
/**
 * The profile to be changed, and the revision that was read; none for a new one.
 */
known: [string, number] | null, name: string, project: string, environment: string, 
/**
 * As it was typed; empty where each launch says its own.
 */
command: string, directory: ProfileDirectory, 
/**
 * References; empty means all.
 */
only: Array<string>, set: Array<Assignment>, clean: boolean, allow_production: boolean, needs: Array<string>, };

export type PromptKind = "create" | "unlock" | "configure" | "reveal" | "password" | "recovery" | "restore" | "salvage" | "rekey";

export type PromptOutcome = { done: boolean, 
/**
 * It was left after the vault was found to be damaged.
 */
damaged: boolean, };

export type PromptStart = { kind: PromptKind, vault_name: string, folder: string, due_this_week: number, overdue: number, minimum_length: number, 
/**
 * The login keychain may open it.
 */
login: boolean, 
/**
 * It was opened with the recovery key, and the password was not set since.
 */
recovered: boolean, 
/**
 * What is to be restored.
 */
backup: ChosenBackup | null, 
/**
 * The folder of the new vault, where the present one is damaged.
 */
salvage: string | null, theme: Theme, };

export type ProviderView = { id: string, name: string, variables: Array<string>, rotate_every_days: number | null, dashboard: string | null, };

export type QueryAnswer = Queries[keyof Queries]["answer"];

export type RecognisedView = { provider: string | null, provider_name: string | null, kind: FieldKind, reason: string, variable: string | null, rotate_every_days: number | null, 
/**
 * The invisible characters in a value that looks like a token, by name.
 */
hidden: Array<string>, };

export type RekeyResult = { recovery_key: ShownSecret, 
/**
 * How many backups and replaced vaults stay under the old key.
 */
old_backups: number, };

export type RestoreResult = { recovery_key: ShownSecret, check: Array<string>, missing: Array<string>, 
/**
 * What its owner should know, in sentences.
 */
notices: Array<string>, };

export type RevealStart = { name: string, project: string, environment: string, field: string | null, seconds: number, theme: Theme, };

export type SalvageResult = { recovery_key: ShownSecret, 
/**
 * The new vault's folder.
 */
folder: string, credentials: number, 
/**
 * What could not be read, and what had to be changed, in sentences.
 */
differences: Array<string>, };

export type SecretInput = string;

export type SetValues = { target: Target, revision: number | null, values: Array<FieldInput>, 
/**
 * The expiry of the new key; where it is left out, a date that has passed is forgotten and
 * another one stays.
 */
expires?: NextExpiry, };

export type ShownSecret = string;

export type ShownValue = { value: ShownSecret, };

export type Strength = { 
/**
 * 0 (guessed at once) to 4 (out of reach).
 */
score: number, 
/**
 * How long guessing takes at 10,000 guesses a second, in words.
 */
crack_time: string, 
/**
 * What is wrong with it.
 */
warning: string | null, 
/**
 * What would make it better.
 */
suggestions: Array<string>, };

export type Theme = "system" | "light" | "dark";

export type UnsavedWork = "add" | "edit" | "set" | "import" | "profile" | "settings";

/** The queries that the main window may send. */
export type Queries = {
  status: { request: StatusRequest; answer: StatusView };
  list: { request: ListRequest; answer: Array<CredentialRow> };
  show: { request: ShowRequest; answer: CredentialView };
  history: { request: HistoryRequest; answer: HistoryView };
  due: { request: DueRequest; answer: Array<DueView> };
  environments: { request: EnvironmentsRequest; answer: Array<EnvironmentView> };
  set_tier: { request: SetTierRequest; answer: null };
  edit: { request: EditRequest; answer: CredentialView };
  remove: { request: RemoveRequest; answer: null };
  restore: { request: RestoreRequest; answer: CredentialView };
  roll_back: { request: RollBackRequest; answer: CredentialView };
  snooze: { request: SnoozeRequest; answer: CredentialView };
  audit: { request: AuditRequest; answer: Array<AuditEntryView> };
  verify_log: { request: VerifyLogRequest; answer: LogView };
  backups: { request: BackupsRequest; answer: Array<BackupView> };
  back_up: { request: BackUpRequest; answer: BackupView };
  settings: { request: SettingsRequest; answer: Settings };
  key_derivation: { request: KeyDerivationRequest; answer: KeyDerivationView };
  login_keychain: { request: LoginKeychainRequest; answer: LoginKeychainView };
  copy: { request: CopyRequest; answer: null };
  trusted_files: { request: TrustedFilesRequest; answer: Array<TrustedFileView> };
  profiles: { request: ProfilesRequest; answer: Array<ProfileView> };
  profile: { request: ProfileRequest; answer: ProfileView };
  remove_profile: { request: RemoveProfileRequest; answer: null };
  running: { request: RunningRequest; answer: Array<RunningView> };
  end_running: { request: EndRunningRequest; answer: null };
  lock: { request: LockRequest; answer: null };
};

/** What each event of the main window carries. */
export type Events = {
  "keyhaven-event": Event;
  "keyhaven-launches": null;
  "keyhaven-output": number;
  "keyhaven-prompt": boolean;
  "keyhaven-open": string;
};

export type MainCommands = {
  query: { arguments: { request: Query }; answer: QueryAnswer };
  add_credential: { arguments: { request: AddCredential }; answer: CredentialView };
  set_values: { arguments: { request: SetValues }; answer: CredentialView };
  configure: { arguments: { settings: Settings }; answer: Settings };
  check_draft: { arguments: { draft: KeyDraft }; answer: DraftCheck };
  recognise: { arguments: { value: SecretInput, variable: string }; answer: RecognisedView };
  providers: { arguments: {}; answer: Array<ProviderView> };
  import_choose: { arguments: {}; answer: ImportFileView | null };
  import_preview: { arguments: { plan: ImportPlan }; answer: ImportReport };
  import_apply: { arguments: { plan: ImportPlan }; answer: ImportReport };
  import_discard: { arguments: { id: number }; answer: null };
  open_prompt: { arguments: { kind: PromptKind }; answer: PromptOutcome };
  open_reveal: { arguments: { credential: string, field: string | null }; answer: null };
  restore_backup: { arguments: { file: string | null }; answer: PromptOutcome };
  salvage_vault: { arguments: {}; answer: ChosenFolder | null };
  empty_trash: { arguments: {}; answer: number };
  launch_start: { arguments: { wanted: LaunchDraft }; answer: ChildView | null };
  launch_again: { arguments: { id: number }; answer: ChildView | null };
  launch_terminal: { arguments: { wanted: LaunchDraft }; answer: boolean };
  launch_output: { arguments: { id: number, from: number }; answer: OutputPiece | null };
  launch_suggestions: { arguments: { directory: number }; answer: Array<string> };
  save_profile: { arguments: { draft: ProfileDraft }; answer: ProfileView | null };
  pinned_profiles: { arguments: {}; answer: Array<string> };
  pin_profile: { arguments: { id: string, on: boolean }; answer: null };
  launch_stop: { arguments: { id: number }; answer: null };
  launches: { arguments: {}; answer: Array<ChildView> };
  choose_directory: { arguments: {}; answer: ChosenDirectory | null };
  notice_text: { arguments: { notice: Notice }; answer: NoticeText };
  doctor: { arguments: {}; answer: Array<DoctorFindingView> };
  health: { arguments: {}; answer: HealthReport };
  preferences: { arguments: {}; answer: Preferences };
  set_preferences: { arguments: { preferences: Preferences }; answer: null };
  set_unsaved: { arguments: { work: UnsavedWork | null }; answer: null };
};

export const mainClient = (invoke: Invoke<Omit<MainCommands, "query">>) => ({
  addCredential: (request: AddCredential) => invoke("add_credential", { request }),
  setValues: (request: SetValues) => invoke("set_values", { request }),
  configure: (settings: Settings) => invoke("configure", { settings }),
  checkDraft: (draft: KeyDraft) => invoke("check_draft", { draft }),
  recognise: (value: SecretInput, variable: string) => invoke("recognise", { value, variable }),
  providers: () => invoke("providers", {}),
  importChoose: () => invoke("import_choose", {}),
  importPreview: (plan: ImportPlan) => invoke("import_preview", { plan }),
  importApply: (plan: ImportPlan) => invoke("import_apply", { plan }),
  importDiscard: (id: number) => invoke("import_discard", { id }),
  openPrompt: (kind: PromptKind) => invoke("open_prompt", { kind }),
  openReveal: (credential: string, field: string | null) => invoke("open_reveal", { credential, field }),
  restoreBackup: (file: string | null) => invoke("restore_backup", { file }),
  salvageVault: () => invoke("salvage_vault", {}),
  emptyTrash: () => invoke("empty_trash", {}),
  launchStart: (wanted: LaunchDraft) => invoke("launch_start", { wanted }),
  launchAgain: (id: number) => invoke("launch_again", { id }),
  launchTerminal: (wanted: LaunchDraft) => invoke("launch_terminal", { wanted }),
  launchOutput: (id: number, from: number) => invoke("launch_output", { id, from }),
  launchSuggestions: (directory: number) => invoke("launch_suggestions", { directory }),
  saveProfile: (draft: ProfileDraft) => invoke("save_profile", { draft }),
  pinnedProfiles: () => invoke("pinned_profiles", {}),
  pinProfile: (id: string, on: boolean) => invoke("pin_profile", { id, on }),
  launchStop: (id: number) => invoke("launch_stop", { id }),
  launches: () => invoke("launches", {}),
  chooseDirectory: () => invoke("choose_directory", {}),
  noticeText: (notice: Notice) => invoke("notice_text", { notice }),
  doctor: () => invoke("doctor", {}),
  health: () => invoke("health", {}),
  preferences: () => invoke("preferences", {}),
  setPreferences: (preferences: Preferences) => invoke("set_preferences", { preferences }),
  setUnsaved: (work: UnsavedWork | null) => invoke("set_unsaved", { work }),
});
export type MainClient = ReturnType<typeof mainClient>;

export type PromptCommands = {
  prompt_start: { arguments: {}; answer: PromptStart };
  prompt_ready: { arguments: {}; answer: null };
  password_strength: { arguments: { password: SecretInput }; answer: Strength };
  prompt_unlock: { arguments: { password: SecretInput, acceptOlder: boolean }; answer: null };
  prompt_recover: { arguments: { recoveryKey: SecretInput, acceptOlder: boolean }; answer: null };
  prompt_login: { arguments: {}; answer: null };
  prompt_create: { arguments: { password: SecretInput }; answer: NewRecoveryKey };
  prompt_configure: { arguments: { password: SecretInput }; answer: null };
  prompt_password: { arguments: { old: SecretInput, recovery: boolean, password: SecretInput }; answer: null };
  prompt_recovery_key: { arguments: { password: SecretInput }; answer: NewRecoveryKey };
  prompt_rekey: { arguments: { old: SecretInput, recovery: boolean, password: SecretInput }; answer: RekeyResult };
  prompt_restore: { arguments: { password: SecretInput, present: SecretInput | null, recovery: boolean }; answer: RestoreResult };
  prompt_salvage: { arguments: { old: SecretInput, password: SecretInput }; answer: SalvageResult };
  prompt_progress: { arguments: {}; answer: Progress | null };
  prompt_finish: { arguments: {}; answer: null };
  prompt_cancel: { arguments: {}; answer: null };
};

export const promptClient = (invoke: Invoke<PromptCommands>) => ({
  promptStart: () => invoke("prompt_start", {}),
  promptReady: () => invoke("prompt_ready", {}),
  passwordStrength: (password: SecretInput) => invoke("password_strength", { password }),
  promptUnlock: (password: SecretInput, acceptOlder: boolean) => invoke("prompt_unlock", { password, acceptOlder }),
  promptRecover: (recoveryKey: SecretInput, acceptOlder: boolean) => invoke("prompt_recover", { recoveryKey, acceptOlder }),
  promptLogin: () => invoke("prompt_login", {}),
  promptCreate: (password: SecretInput) => invoke("prompt_create", { password }),
  promptConfigure: (password: SecretInput) => invoke("prompt_configure", { password }),
  promptPassword: (old: SecretInput, recovery: boolean, password: SecretInput) => invoke("prompt_password", { old, recovery, password }),
  promptRecoveryKey: (password: SecretInput) => invoke("prompt_recovery_key", { password }),
  promptRekey: (old: SecretInput, recovery: boolean, password: SecretInput) => invoke("prompt_rekey", { old, recovery, password }),
  promptRestore: (password: SecretInput, present: SecretInput | null, recovery: boolean) => invoke("prompt_restore", { password, present, recovery }),
  promptSalvage: (old: SecretInput, password: SecretInput) => invoke("prompt_salvage", { old, password }),
  promptProgress: () => invoke("prompt_progress", {}),
  promptFinish: () => invoke("prompt_finish", {}),
  promptCancel: () => invoke("prompt_cancel", {}),
});
export type PromptClient = ReturnType<typeof promptClient>;

export type RevealCommands = {
  reveal_start: { arguments: {}; answer: RevealStart };
  reveal_value: { arguments: {}; answer: ShownValue };
  reveal_leave: { arguments: {}; answer: null };
};

export const revealClient = (invoke: Invoke<RevealCommands>) => ({
  revealStart: () => invoke("reveal_start", {}),
  revealValue: () => invoke("reveal_value", {}),
  revealLeave: () => invoke("reveal_leave", {}),
});
export type RevealClient = ReturnType<typeof revealClient>;
