// Generated from src-tauri/crates/protocol by `cargo xtask generate`. Do not edit.

export type Tier = "development" | "staging" | "production";

export type FieldKind = "secret" | "plain";

export type Moment = string | string;

export type CredentialState = "revoked" | "expired" | "overdue" | "due_soon" | "fine";

export type FieldView = { 
/**
 * `value` for a credential of one field.
 */
name: string, 
/**
 * Secret or plain.
 */
kind: FieldKind, 
/**
 * The environment variable it fills.
 */
variable: string | null, 
/**
 * Whether its owner allowed a variable that changes how programs load code.
 */
allow_loader_variable: boolean, };

export type CredentialRow = { 
/**
 * UUIDv7.
 */
id: string, 
/**
 * Raised by every change; a write names the revision it expects.
 */
revision: number, 
/**
 * Unique among the living of its environment.
 */
name: string, 
/**
 * The project.
 */
project: string, 
/**
 * The environment within the project.
 */
environment: string, 
/**
 * The environment's tier.
 */
tier: Tier, 
/**
 * Id of the catalogue's entry.
 */
provider: string | null, 
/**
 * The variables its fields fill, in the order of the fields.
 */
variables: Array<string>, 
/**
 * How many fields it has.
 */
fields: number, 
/**
 * Whether every field is plain.
 */
plain: boolean, 
/**
 * Its scopes at the provider.
 */
scopes: Array<string>, 
/**
 * Free labels.
 */
tags: Array<string>, 
/**
 * When the provider ends it.
 */
expires: Moment | null, 
/**
 * How far away that is.
 */
expires_in: DueDistance | null, 
/**
 * When the policy asks for a new value.
 */
rotation_due: Moment | null, 
/**
 * How far away that is.
 */
rotation_in: DueDistance | null, 
/**
 * Where it stands now.
 */
state: CredentialState, 
/**
 * When it was last used (injected, printed or copied).
 */
last_used: string | null, 
/**
 * In the trash: after how many more days of use it is erased, today among them.
 */
erased_after_days?: number, };

export type CredentialView = { 
/**
 * Its fields in order.
 */
field_list: Array<FieldView>, 
/**
 * Addresses or networks the provider accepts it from; empty means any.
 */
allowed_ips: Array<string>, 
/**
 * Who answers for it.
 */
owner: string | null, 
/**
 * Its quota, as the provider words it.
 */
quota: string | null, 
/**
 * A page about it.
 */
url: string | null, 
/**
 * A free note.
 */
note: string | null, 
/**
 * The rotation policy in days.
 */
rotate_every_days: number | null, 
/**
 * A fixed rotation date, which stands over the interval until the next new value.
 */
rotate_on: Moment | null, 
/**
 * Why it is never rotated.
 */
never_rotate: string | null, 
/**
 * What set the rotation due date; none where there is no such date.
 */
rotation_basis: RotationBasis | null, 
/**
 * Days before a due moment at which a reminder comes; none means the global ones.
 */
lead_times: Array<number> | null, 
/**
 * Reminders are quiet until then.
 */
snoozed_until: string | null, 
/**
 * When it was stored first.
 */
created_at: string, 
/**
 * When it was last changed.
 */
changed_at: string, 
/**
 * When its value was last replaced.
 */
rotated_at: string, 
/**
 * How often it was used.
 */
uses: number, 
/**
 * The number of the current version; none after a revocation.
 */
version: number | null, 
/**
 * The version before, as long as its grace lasts.
 */
previous?: PreviousVersion, 
/**
 * UUIDv7.
 */
id: string, 
/**
 * Raised by every change; a write names the revision it expects.
 */
revision: number, 
/**
 * Unique among the living of its environment.
 */
name: string, 
/**
 * The project.
 */
project: string, 
/**
 * The environment within the project.
 */
environment: string, 
/**
 * The environment's tier.
 */
tier: Tier, 
/**
 * Id of the catalogue's entry.
 */
provider: string | null, 
/**
 * The variables its fields fill, in the order of the fields.
 */
variables: Array<string>, 
/**
 * How many fields it has.
 */
fields: number, 
/**
 * Whether every field is plain.
 */
plain: boolean, 
/**
 * Its scopes at the provider.
 */
scopes: Array<string>, 
/**
 * Free labels.
 */
tags: Array<string>, 
/**
 * When the provider ends it.
 */
expires: Moment | null, 
/**
 * How far away that is.
 */
expires_in: DueDistance | null, 
/**
 * When the policy asks for a new value.
 */
rotation_due: Moment | null, 
/**
 * How far away that is.
 */
rotation_in: DueDistance | null, 
/**
 * Where it stands now.
 */
state: CredentialState, 
/**
 * When it was last used (injected, printed or copied).
 */
last_used: string | null, 
/**
 * In the trash: after how many more days of use it is erased, today among them.
 */
erased_after_days?: number, };

export type PreviousVersion = { 
/**
 * Its number.
 */
number: number, 
/**
 * When its grace ends.
 */
until: string | null, };

export type VersionLabel = "pending" | "current" | "previous" | "retired" | "revoked";

export type VersionView = { 
/**
 * Counts from 1.
 */
number: number, 
/**
 * What it is now.
 */
label: VersionLabel, 
/**
 * When it was stored.
 */
created_at: string, 
/**
 * When a previous version's grace ends.
 */
grace_until: string | null, 
/**
 * Whether its values are still stored.
 */
stored: boolean, 
/**
 * How often it was used.
 */
uses: number, 
/**
 * When it was last used.
 */
last_used: string | null, };

export type HistoryView = { 
/**
 * The credential.
 */
credential: CredentialRow, 
/**
 * Newest first.
 */
versions: Array<VersionView>, 
/**
 * The latest entries of the log about it, newest first.
 */
uses: Array<AuditEntryView>, };

export type EnvironmentView = { 
/**
 * The project.
 */
project: string, 
/**
 * The environment.
 */
name: string, 
/**
 * Its tier.
 */
tier: Tier, 
/**
 * How many living credentials it holds.
 */
credentials: number, };

export type DueView = { 
/**
 * What it concerns.
 */
credential: CredentialRow, 
/**
 * What happens then.
 */
what: DueKind, 
/**
 * When.
 */
due: Moment, 
/**
 * When other words say that.
 */
words_until: string, 
/**
 * Days before it at which a reminder comes.
 */
lead_times: Array<number>, 
/**
 * When the credential was changed last.
 */
changed_at: string, 
/**
 * Reminders are quiet until then.
 */
snoozed_until: string | null, 
/**
 * Seconds until it takes effect; negative once it has, and then it is expired or overdue.
 */
seconds: number, 
/**
 * Whole civil days from today to its day; negative where that is past.
 */
in_days: number, 
/**
 * What a person reads.
 */
words: DueWords, };

export type DueKind = "expiry" | "rotation" | "revocation";

export type DueDistance = { 
/**
 * Seconds until it takes effect; negative once it has, and then it is expired or overdue.
 */
seconds: number, 
/**
 * Whole civil days from today to its day; negative where that is past.
 */
in_days: number, 
/**
 * What a person reads.
 */
words: DueWords, };

export type DueWords = { "code": "in_days", 
/**
 * How many. 
 */
days: number, } | { "code": "in_hours", 
/**
 * How many. 
 */
hours: number, } | { "code": "in_under_an_hour" } | { "code": "expired_under_an_hour" } | { "code": "expired_hours", 
/**
 * How many. 
 */
hours: number, } | { "code": "expired_days", 
/**
 * How many. 
 */
days: number, } | { "code": "overdue_under_an_hour" } | { "code": "overdue_hours", 
/**
 * How many. 
 */
hours: number, } | { "code": "overdue_days", 
/**
 * How many. 
 */
days: number, };

export type RotationBasis = "fixed_date" | "added" | "new_value" | "earlier_version";

export type StatusView = { 
/**
 * Whether a vault exists in the folder.
 */
initialised: boolean, 
/**
 * Whether it is locked.
 */
locked: boolean, 
/**
 * The vault's folder.
 */
folder: string, 
/**
 * The vault's name: the last part of its folder.
 */
name: string, 
/**
 * Living credentials.
 */
credentials: number, 
/**
 * Projects.
 */
projects: number, 
/**
 * Past due. While locked: known from the schedule, without names.
 */
overdue: number, 
/**
 * Due within seven days. While locked: known from the schedule, without names.
 */
due_this_week: number, 
/**
 * Never used since they were stored.
 */
never_used: number, 
/**
 * Seconds until the vault locks itself when nothing uses it; none when locked or off.
 */
locks_in_seconds: number | null, 
/**
 * Seconds until the vault locks itself whatever uses it; none when locked or off.
 */
locks_at_latest_in_seconds: number | null, 
/**
 * The agent.
 */
agent: AgentView, 
/**
 * What was noticed when the vault was opened, such as a healed header copy.
 */
notices: Array<Notice>, };

export type AgentView = { 
/**
 * Its process id.
 */
pid: number, 
/**
 * Its socket.
 */
socket: string, 
/**
 * Its version.
 */
version: string, 
/**
 * When it started.
 */
started_at: string, };

export type Notice = { "code": "unusable", 
/**
 * Why. 
 */
cause: Error, } | { "code": "header_healed" } | { "code": "unclean_stop" } | { "code": "uses_unproved", 
/**
 * Why that is not known. 
 */
problem: Problem, } | { "code": "anchor_slot_lost" } | { "code": "last_seen_unavailable" } | { "code": "last_seen_lost" } | { "code": "recovered" } | { "code": "restored_other_vault" } | { "code": "restored_rights_unknown" } | { "code": "restored_rights_withdrawn", 
/**
 * Trusted files. 
 */
files: number, 
/**
 * Profiles that let production in. 
 */
profiles: number, 
/**
 * Credentials that could fill a variable that loads code. 
 */
credentials: number, 
/**
 * Environments whose tier was lower. 
 */
environments: number, } | { "code": "restored_settings_kept", 
/**
 * Their names in `kh config`. 
 */
settings: Array<string>, } | { "code": "schedule_damaged" } | { "code": "not_healed", 
/**
 * Why. 
 */
cause: Error, } | { "code": "backup_failed", 
/**
 * Why. 
 */
cause: Error, } | { "code": "memory_not_locked" } | { "code": "notifications_unavailable" } | { "code": "presence_watcher_failed" } | { "code": "expired", 
/**
 * Its name. 
 */
name: string, } | { "code": "revoked_left_out", 
/**
 * Its name. 
 */
name: string, };

export type Problem = { "code": "symlink" } | { "code": "not_regular_file" } | { "code": "not_a_folder" } | { "code": "not_a_socket" } | { "code": "no_parent_folder" } | { "code": "other_owner", 
/**
 * The user's id. 
 */
uid: number, } | { "code": "wrong_mode", 
/**
 * Octal. 
 */
found: string, 
/**
 * Octal. 
 */
wanted: string, } | { "code": "uses_record_missing" } | { "code": "uses_record_damaged" } | { "code": "uses_other_boot" } | { "code": "uses_other_residence" } | { "code": "uses_disk_error" } | { "code": "writable_by_others" } | { "code": "writable_by_group", 
/**
 * Its name. 
 */
group: string, 
/**
 * The file's mode, octal. 
 */
mode: string, } | { "code": "file_too_large", 
/**
 * KiB. 
 */
limit_kib: number, } | { "code": "path_not_utf8" } | { "code": "not_utf8" } | { "code": "relative_path", 
/**
 * As it was given. 
 */
path: string, } | { "code": "relative_home" } | { "code": "no_home" } | { "code": "system", 
/**
 * Its text. 
 */
system: string, } | { "code": "kdf_memory", 
/**
 * KiB. 
 */
kib: number, } | { "code": "kdf_passes", 
/**
 * How many. 
 */
passes: number, } | { "code": "kdf_lanes", 
/**
 * How many. 
 */
lanes: number, } | { "code": "kdf_work", 
/**
 * KiB times passes. 
 */
work: bigint, } | { "code": "kdf_salt", 
/**
 * Bytes. 
 */
bytes: number, } | { "code": "no_display" } | { "code": "display_silent" } | { "code": "helper_not_started", 
/**
 * Why. 
 */
system: string, } | { "code": "helper_ended" } | { "code": "value_not_text" } | { "code": "no_session_bus" } | { "code": "keychain_silent" } | { "code": "no_secret_service" } | { "code": "keychain_locked" } | { "code": "keychain_empty" } | { "code": "keychain_key_unknown" } | { "code": "process_not_observable" } | { "code": "private_files_too_large" } | { "code": "too_many_pipes" } | { "code": "no_memory_folder" } | { "code": "memory_folders_refused", 
/**
 * Why, one for each. 
 */
cause: Array<PathFault>, } | { "code": "program_missing", 
/**
 * Where it should be. 
 */
path: string, } | { "code": "socket_silent" } | { "code": "other_agent_silent", 
/**
 * The socket. 
 */
socket: string, } | { "code": "agent_silent" } | { "code": "agent_ended" } | { "code": "agent_does_not_end", 
/**
 * Its process id. 
 */
pid: number, } | { "code": "socket_refused", 
/**
 * The socket. 
 */
socket: string, 
/**
 * Why. 
 */
system: string, } | { "code": "other_vault" } | { "code": "other_user" } | { "code": "too_many_connections" } | { "code": "too_many_attempts" } | { "code": "connection_closed" } | { "code": "frame_too_large", 
/**
 * Which length. 
 */
what: string, 
/**
 * Asked for. 
 */
size: bigint, 
/**
 * The bound. 
 */
limit: bigint, } | { "code": "frame_malformed" } | { "code": "segment_missing", 
/**
 * Its index. 
 */
segment: number, } | { "code": "greeting_late" } | { "code": "greeting_missing" } | { "code": "greeting_twice" } | { "code": "request_id" } | { "code": "too_many_requests", 
/**
 * The limit. 
 */
limit: number, } | { "code": "answer_too_large", 
/**
 * Which length. 
 */
what: string, 
/**
 * It has. 
 */
size: bigint, 
/**
 * The bound. 
 */
limit: bigint, } | { "code": "bad_project_name", 
/**
 * What is wrong with it. 
 */
fault: NameFault, } | { "code": "bad_environment_name", 
/**
 * What is wrong with it. 
 */
fault: NameFault, } | { "code": "bad_credential_name", 
/**
 * What is wrong with it. 
 */
fault: NameFault, } | { "code": "bad_field_name", 
/**
 * What is wrong with it. 
 */
fault: NameFault, } | { "code": "bad_profile_name", 
/**
 * What is wrong with it. 
 */
fault: NameFault, } | { "code": "bad_variable", 
/**
 * As it was given, escaped; none where it is not known. 
 */
variable: string | null, } | { "code": "nul_in_value" } | { "code": "variable_too_long", 
/**
 * Bytes with its name. 
 */
bytes: bigint, 
/**
 * The limit. 
 */
limit: bigint, } | { "code": "environment_too_large", 
/**
 * Bytes in all, as the kernel counts. 
 */
bytes: bigint, 
/**
 * The limit. 
 */
limit: bigint, 
/**
 * Bytes of the variable. 
 */
largest: bigint, } | { "code": "variable_twice", 
/**
 * The variable. 
 */
variable: string, } | { "code": "value_too_long", 
/**
 * Of what, where it is known. 
 */
name: string | null, 
/**
 * Bytes, where known. 
 */
bytes: bigint | null, } | { "code": "values_too_long", 
/**
 * The credential, where it is known. 
 */
name: string | null, 
/**
 * Most MiB. 
 */
limit_mib: number, } | { "code": "field_count", 
/**
 * The credential. 
 */
name: string | null, } | { "code": "field_without_value", 
/**
 * The credential. 
 */
name: string, 
/**
 * The field. 
 */
field: string, } | { "code": "value_without_field", 
/**
 * The credential. 
 */
name: string, 
/**
 * The field. 
 */
field: string, } | { "code": "fields_differ", 
/**
 * The credential. 
 */
name: string, } | { "code": "duplicate", 
/**
 * What. 
 */
name: string, } | { "code": "metadata_too_long", 
/**
 * The credential. 
 */
name: string | null, } | { "code": "text_too_long", 
/**
 * A word for it. 
 */
text: string, 
/**
 * Bytes. 
 */
limit: number, } | { "code": "interval_out_of_range", 
/**
 * Least days. 
 */
minimum: number, 
/**
 * Most days. 
 */
maximum: number, } | { "code": "never_without_reason", 
/**
 * The credential. 
 */
name: string | null, } | { "code": "never_with_rotation", 
/**
 * The credential. 
 */
name: string | null, } | { "code": "bad_date", 
/**
 * As it was given. 
 */
text: string, } | { "code": "span_in_minutes", 
/**
 * How many. 
 */
count: number, } | { "code": "bad_span", 
/**
 * As it was given. 
 */
text: string, } | { "code": "bad_address", 
/**
 * As it was given. 
 */
text: string, } | { "code": "too_many_profiles", 
/**
 * The limit. 
 */
limit: number, } | { "code": "too_many_trusted_files", 
/**
 * The limit. 
 */
limit: number, } | { "code": "name_in_profile", 
/**
 * The name. 
 */
name: string, 
/**
 * The profile. 
 */
profile: string, } | { "code": "environment_has_tier", 
/**
 * Its project. 
 */
project: string, 
/**
 * Its name. 
 */
environment: string, 
/**
 * Its tier. 
 */
tier: Tier, 
/**
 * The one that was given. 
 */
wanted: Tier, } | { "code": "not_in_trash", 
/**
 * The credential. 
 */
name: string, } | { "code": "empty_password" } | { "code": "password_not_utf8" } | { "code": "setting_value", 
/**
 * Its name. 
 */
setting: string, 
/**
 * What it accepts. 
 */
accepted: AcceptedValue, } | { "code": "unknown_action", 
/**
 * As it was given. 
 */
action: string, 
/**
 * What may have been meant. 
 */
actions: Array<string>, } | { "code": "reference_scheme" } | { "code": "reference_parts" } | { "code": "reference_part" } | { "code": "bad_template", 
/**
 * The variable it fills. 
 */
variable: string, 
/**
 * What was expected. 
 */
expected: Expected, } | { "code": "template_value_not_text", 
/**
 * The variable. 
 */
variable: string, } | { "code": "template_value_no_form", 
/**
 * The variable. 
 */
variable: string, 
/**
 * The filter. 
 */
filter: string, } | { "code": "no_environment_named", 
/**
 * The file. 
 */
path: string, } | { "code": "sets_no_variable", 
/**
 * A reference to the credential. 
 */
name: string, } | { "code": "too_many_variables", 
/**
 * Its environment, where it has one. 
 */
location: string | null, 
/**
 * How many. 
 */
count: number, 
/**
 * The limit. 
 */
limit: number, } | { "code": "too_many_references", 
/**
 * How many. 
 */
count: number, 
/**
 * The limit. 
 */
limit: number, } | { "code": "launch_too_large", 
/**
 * Its environment, where it has one. 
 */
location: string | null, 
/**
 * Most MiB. 
 */
limit_mib: number, } | { "code": "files_need_program" } | { "code": "too_many_files", 
/**
 * The limit. 
 */
limit: number, } | { "code": "process_not_running" } | { "code": "release_unknown" } | { "code": "bad_sha256" } | { "code": "no_command" } | { "code": "command_nul" } | { "code": "command_too_long", 
/**
 * Most bytes. 
 */
limit: number, } | { "code": "confirmation_too_long" } | { "code": "loader_variable_in_profile", 
/**
 * The variable. 
 */
variable: string, } | { "code": "text_looks_like_key", 
/**
 * The variable. 
 */
variable: string, 
/**
 * What it looks like. 
 */
kind: string, } | { "code": "no_terminal", 
/**
 * Known ones. 
 */
programs: Array<string>, } | { "code": "launch_gone" } | { "code": "profile_gone" } | { "code": "folder_not_chosen" } | { "code": "import_too_large", 
/**
 * Most records. 
 */
records: number, 
/**
 * Most MiB of values. 
 */
mib: number, } | { "code": "imports_busy" } | { "code": "import_conflicts", 
/**
 * How many. 
 */
count: number, } | { "code": "import_closed" } | { "code": "lock_first" } | { "code": "numbers_used_up", 
/**
 * The folder. 
 */
folder: string, } | { "code": "request_not_allowed" } | { "code": "prompt_not_openable" } | { "code": "nothing_to_finish" } | { "code": "other_prompt" };

export type PathFault = { "code": "io", 
/**
 * The path.
 */
path: string, 
/**
 * The text of the system.
 */
system: string, } | { "code": "unsafe_path", 
/**
 * The path.
 */
path: string, 
/**
 * What is wrong with it.
 */
problem: Problem, };

export type Damage = { "code": "header_missing" } | { "code": "header_checksum" } | { "code": "header_malformed" } | { "code": "header_altered" } | { "code": "database_missing" } | { "code": "database_broken" } | { "code": "database_empty" } | { "code": "anchor_missing" } | { "code": "anchor_broken" } | { "code": "rows" } | { "code": "row_state" } | { "code": "changes_missing", 
/**
 * How many changes. 
 */
missing: bigint, } | { "code": "old_anchor", 
/**
 * How many changes. 
 */
behind: bigint, } | { "code": "fork" } | { "code": "audit_log", 
/**
 * The first entry that is wrong. 
 */
sequence: bigint, } | { "code": "uses_missing", 
/**
 * How many entries. 
 */
missing: bigint, } | { "code": "value" } | { "code": "row_malformed" } | { "code": "backup_manifest" } | { "code": "backup_length" } | { "code": "backup_header" } | { "code": "backup_database" };

export type Expected = { "code": "utf8" } | { "code": "smaller_file", 
/**
 * At most, with its unit. 
 */
limit: string, } | { "code": "dotenv_line" } | { "code": "dotenv_separator" } | { "code": "fewer_assignments", 
/**
 * At most. 
 */
limit: number, } | { "code": "other_name", 
/**
 * The one that cannot be read. 
 */
name: string, } | { "code": "closing_quote" } | { "code": "quoted_value", 
/**
 * The last of them. 
 */
line: number, } | { "code": "quoted_block" } | { "code": "toml", 
/**
 * What the library says. 
 */
system: string, } | { "code": "project_file_key" } | { "code": "project_line" } | { "code": "true_or_false" } | { "code": "quoted_text" } | { "code": "plain_name" } | { "code": "variable_table" } | { "code": "fewer_variables", 
/**
 * At most. 
 */
limit: number, } | { "code": "fewer_references", 
/**
 * At most. 
 */
limit: number, } | { "code": "variable_name" } | { "code": "no_nul" } | { "code": "closing_braces" } | { "code": "filter" } | { "code": "encoded_reference" } | { "code": "reference_scheme" } | { "code": "reference_parts" } | { "code": "reference_part" };

export type NameFault = "empty" | "too_long" | "slash" | "space_at_end" | "invisible";

export type AuditEntryView = { 
/**
 * Counts from 1 without gaps.
 */
sequence: number, 
/**
 * When.
 */
at: string, 
/**
 * Stable word for what was done, such as `inject` or `add`.
 */
action: string, 
/**
 * Stable word for how it ended: `released`, `done`, `refused`, `failed`.
 */
outcome: string, 
/**
 * The credentials concerned, by name.
 */
credentials: Array<string>, 
/**
 * The project.
 */
project: string | null, 
/**
 * The environment.
 */
environment: string | null, 
/**
 * The process that asked, as the kernel saw it.
 */
actor: ActorView, 
/**
 * What the client said of itself; nothing here is proved.
 */
claimed: Claimed, 
/**
 * Further facts, by name.
 */
detail: Record<string, string>, };

export type ActorView = { 
/**
 * User id.
 */
uid: number, 
/**
 * Process id.
 */
pid: number, 
/**
 * The path of its program, or the name of the process where the path is hidden.
 */
program: string, 
/**
 * How the program is known; entries from before this was noted have none.
 */
known_by: ProgramEvidenceView | null, };

export type ProgramEvidenceView = "handle" | "number" | "name" | "agent";

export type Claimed = { 
/**
 * The program to be run, without its arguments.
 */
program: string | null, 
/**
 * The working directory.
 */
directory: string | null, 
/**
 * The profile.
 */
profile: string | null, };

export type TrustedFileView = { 
/**
 * Its absolute path.
 */
path: string, 
/**
 * SHA-256 of the allowed content in lower-case hex.
 */
sha256: string, 
/**
 * Whether production credentials may enter through it.
 */
allow_production: boolean, 
/**
 * When it was allowed.
 */
allowed_at: string, };

export type UntrustedReason = "new" | "changed" | "denied";

export type FileTrustView = { "trusted": { 
/**
 * Whether production credentials may enter through it.
 */
allow_production: boolean, } } | { "untrusted": { 
/**
 * Why.
 */
reason: UntrustedReason, } };

export type Settings = { 
/**
 * Minutes without use after which the vault locks; 0 means never.
 */
auto_lock_minutes: number, 
/**
 * Hours after an unlock at which the vault locks, whatever is used; 0 means never.
 */
max_unlocked_hours: number, 
/**
 * Whether the vault locks before the machine sleeps.
 */
lock_on_suspend: boolean, 
/**
 * Whether the vault locks when the screen or the session is locked.
 */
lock_on_screen_lock: boolean, 
/**
 * Seconds after which the clipboard helper clears a copied value.
 */
clipboard_seconds: number, 
/**
 * Days before a due date at which to remind.
 */
lead_times: Array<number>, 
/**
 * Start of the quiet hours, in local time.
 */
quiet_from: TimeOfDay, 
/**
 * End of the quiet hours; the same time as their start means that there are none.
 */
quiet_to: TimeOfDay, 
/**
 * Whether notifications may name credentials; desktops keep a history of them.
 */
names_in_notices: boolean, 
/**
 * Whether a calendar file of what is due is kept next to the vault, unencrypted.
 */
calendar_file: boolean, 
/**
 * Whether that file names credentials.
 */
names_in_calendar: boolean, 
/**
 * What a launch does with an expired credential.
 */
expired: ExpiredPolicy, 
/**
 * Hours for which a replaced value counts as the previous one.
 */
grace_hours: number, 
/**
 * Days of use for which audit entries are kept; 0 keeps all.
 */
audit_keep_days: number, 
/**
 * Seconds for which the hook of a shell waits for the variables of a folder.
 */
hook_wait_seconds: number, };

export type TimeOfDay = string;

export type ExpiredPolicy = "refuse" | "warn" | "allow";

export type AcceptedValue = { "code": "number", 
/**
 * The least. 
 */
minimum: number, 
/**
 * The largest. 
 */
maximum: number, } | { "code": "number_or_zero", 
/**
 * The least. 
 */
minimum: number, 
/**
 * The largest. 
 */
maximum: number, } | { "code": "switch" } | { "code": "lead_times", 
/**
 * How many. 
 */
count: number, 
/**
 * The largest. 
 */
maximum: number, } | { "code": "time_of_day" } | { "code": "word", 
/**
 * The words. 
 */
words: Array<string>, };

export type BackupView = { 
/**
 * Its path.
 */
file: string, 
/**
 * When it was made.
 */
made_at: string, 
/**
 * Why.
 */
reason: BackupReason, 
/**
 * Bytes.
 */
size: number, 
/**
 * Credentials in it, the trash included.
 */
credentials: number, 
/**
 * What is known of it.
 */
state: BackupState, };

export type BackupReason = "asked" | "daily" | "import" | "rekey" | "migration";

export type BackupState = "authentic" | "unproved" | "damaged";

export type LogView = { 
/**
 * The number of its first entry: above 1 where older ones were cut off.
 */
first: number, 
/**
 * Entries.
 */
entries: number, };

export type RunningView = { 
/**
 * Its process id.
 */
pid: number, 
/**
 * The program, as claimed at the start.
 */
program: string, 
/**
 * The project.
 */
project: string, 
/**
 * The environment.
 */
environment: string, 
/**
 * The credentials it was given, by name.
 */
credentials: Array<string>, 
/**
 * Those of them whose value was replaced since: it holds the old one.
 */
stale: Array<string>, 
/**
 * When it was given them.
 */
since: string, };

export type ImportReport = { 
/**
 * One line per record, in the order of the file.
 */
items: Array<ImportItemView>, 
/**
 * Whether it was written.
 */
applied: boolean, };

export type ImportExpiry = { 
/**
 * That of the old value.
 */
before: Moment, 
/**
 * That of the new one; none where it was dropped.
 */
after: Moment | null, };

export type ImportItemView = { 
/**
 * The credential's name.
 */
name: string, 
/**
 * The variable it fills.
 */
variable: string | null, 
/**
 * Secret or plain.
 */
kind: FieldKind, 
/**
 * The provider recognised.
 */
provider: string | null, 
/**
 * The rotation policy in days that a new credential gets.
 */
rotate_every_days: number | null, 
/**
 * What happens.
 */
outcome: ImportOutcome, 
/**
 * Of a known key with an expiry that gets a new value.
 */
expiry: ImportExpiry | null, };

export type ImportOutcome = { "is": "new" } | { "is": "updated" } | { "is": "unchanged" } | { "is": "older" } | { "is": "conflict", 
/**
 * The credential in the way.
 */
with: string, };

export type AgentSecurityRequest = Record<symbol, never>;

export type DoctorFindingView = { 
/**
 * The check's stable id.
 */
check: string, 
/**
 * How the result is judged.
 */
state: DoctorState, 
/**
 * The check's name.
 */
name: string, 
/**
 * The result.
 */
message: string, 
/**
 * What to do about it; none where nothing needs to be done.
 */
hint: string | null, };

export type DoctorState = "ok" | "warning" | "note";

export type HealthSeverity = "problem" | "warning" | "note";

export type HealthFix = "rotate" | "continue_rotation" | "end_rotation" | "set_value" | "set_interval" | "set_owner" | "revoke" | "edit_profile";

export type StatusRequest = Record<symbol, never>;

export type EnvironmentsRequest = Record<symbol, never>;

export type SettingsRequest = Record<symbol, never>;

export type TrustedFilesRequest = Record<symbol, never>;

export type KeyDerivationRequest = Record<symbol, never>;

export type KeyDerivationView = { 
/**
 * KiB of memory.
 */
memory_kib: number, 
/**
 * Passes over the memory.
 */
passes: number, 
/**
 * Lanes that may run at the same time.
 */
lanes: number, 
/**
 * How long it took the last time this agent did it; none when it did not yet.
 */
milliseconds: number | null, };

export type LoginKeychainRequest = Record<symbol, never>;

export type LoginKeychainView = { 
/**
 * It may.
 */
on: boolean, };

export type UnlockByLoginRequest = Record<symbol, never>;

export type Choice = { 
/**
 * Only variables filled by these credentials or fields; empty means all.
 */
only: Array<string>, 
/**
 * No variable filled by these.
 */
except: Array<string>, 
/**
 * Stands before the name of each variable of the source.
 */
prefix: string, 
/**
 * References, each with a variable's name; each takes the place of the variable that the
 * source fills with it alone.
 */
renamed: Array<Assignment>, 
/**
 * Texts with references in them, as in a directory file.
 */
set: Array<Assignment>, };

export type Assignment = { 
/**
 * The variable.
 */
variable: string, 
/**
 * A reference, or a text.
 */
text: string, };

export type Profile = { 
/**
 * Unique.
 */
name: string, 
/**
 * The project.
 */
project: string, 
/**
 * The environment.
 */
environment: string, 
/**
 * Which of its variables, and what besides.
 */
choice: Choice, 
/**
 * The program and its arguments; empty where each launch says its own.
 */
command: Array<string>, 
/**
 * The working directory; none means where the launch is asked for.
 */
directory: string | null, 
/**
 * The shell of `kh shell`; none means its owner's.
 */
shell: string | null, 
/**
 * Whether the program inherits nothing but PATH, HOME, TERM and the locale.
 */
clean: boolean, 
/**
 * What it inherits besides, where that is so.
 */
keep: Array<string>, 
/**
 * Whether values are masked in what it prints.
 */
mask: boolean, 
/**
 * Whether credentials of a higher tier may enter.
 */
allow_production: boolean, 
/**
 * Scopes of which each credential must have one; empty asks for none.
 */
needs: Array<string>, };

export type ProfileView = { 
/**
 * UUIDv7.
 */
id: string, 
/**
 * Counts its changes.
 */
revision: number, 
/**
 * The tier of its environment.
 */
tier: Tier, 
/**
 * What it says.
 */
profile: Profile, 
/**
 * When it was saved.
 */
created_at: string, 
/**
 * When it was last changed.
 */
changed_at: string, };

export type ProfilesRequest = Record<symbol, never>;

export type ProfileRequest = { 
/**
 * Its name.
 */
name: string, };

export type AddProfileRequest = { 
/**
 * The profile.
 */
profile: Profile, };

export type EditProfileRequest = { 
/**
 * Which.
 */
id: string, 
/**
 * The revision that was read; another one means it changed meanwhile.
 */
revision: number, 
/**
 * What it says from then on.
 */
profile: Profile, };

export type RemoveProfileRequest = { 
/**
 * Which.
 */
id: string, 
/**
 * The revision that was read.
 */
revision: number, };

export type RunningRequest = Record<symbol, never>;

export type EndRunningRequest = { 
/**
 * The process, as it is listed.
 */
pid: number, };

export type SubscribeRequest = Record<symbol, never>;

export type InputSeenRequest = Record<symbol, never>;

export type TestNotificationRequest = Record<symbol, never>;

export type LockRequest = Record<symbol, never>;

export type StopRequest = Record<symbol, never>;

export type Target = { "id": string } | { "named": { 
/**
 * The project.
 */
project: string, 
/**
 * The environment.
 */
environment: string, 
/**
 * The name.
 */
name: string, } };

export type ListRequest = { 
/**
 * Exactly this project.
 */
project: string | null, 
/**
 * Exactly this environment.
 */
environment: string | null, 
/**
 * Having this tag.
 */
tag: string | null, 
/**
 * Of this provider.
 */
provider: string | null, 
/**
 * Case-insensitive part of name, project, environment, provider, variable or tag.
 */
text: string | null, 
/**
 * Only what is due within its lead time, overdue or expired.
 */
due: boolean, 
/**
 * Only what is expired.
 */
expired: boolean, 
/**
 * Only what was never used.
 */
unused: boolean, 
/**
 * Only what lies in the trash.
 */
removed: boolean, };

export type ShowRequest = { 
/**
 * The credential.
 */
target: Target, };

export type HistoryRequest = { 
/**
 * The credential.
 */
target: Target, };

export type DueRequest = { 
/**
 * How many days to look ahead; what is past due is always included.
 */
within_days: number, };

export type HealthRequest = { 
/**
 * Only keys of this project.
 */
project: string | null, 
/**
 * And of this environment.
 */
environment: string | null, };

export type SetTierRequest = { 
/**
 * The project.
 */
project: string, 
/**
 * The environment.
 */
environment: string, 
/**
 * The new tier.
 */
tier: Tier, };

export type RemoveEnvironmentRequest = { 
/**
 * The project.
 */
project: string, 
/**
 * The environment.
 */
environment: string, 
/**
 * Erases for good what of it is in the trash, instead of the refusal
 * [`EnvironmentHasTrash`](crate::Error::EnvironmentHasTrash).
 */
erase_trash: boolean, };

export type Metadata = { 
/**
 * The name.
 */
name: string, 
/**
 * Id of the catalogue's entry.
 */
provider: string | null, 
/**
 * The fields in order; an edit may change variables and kinds, not add or drop fields.
 */
fields: Array<FieldView>, 
/**
 * Scopes at the provider.
 */
scopes: Array<string>, 
/**
 * Addresses or networks (CIDR) the provider accepts it from.
 */
allowed_ips: Array<string>, 
/**
 * Who answers for it.
 */
owner: string | null, 
/**
 * Its quota, as the provider words it.
 */
quota: string | null, 
/**
 * A page about it.
 */
url: string | null, 
/**
 * A free note.
 */
note: string | null, 
/**
 * Free labels.
 */
tags: Array<string>, 
/**
 * When the provider ends it.
 */
expires: Moment | null, 
/**
 * The rotation policy in days, counted from the last new value.
 */
rotate_every_days: number | null, 
/**
 * A fixed rotation date, which stands over the interval until the next new value.
 */
rotate_on: Moment | null, 
/**
 * Why it is never rotated; then it has neither an interval nor a rotation date.
 */
never_rotate: string | null, 
/**
 * Days before a due moment at which a reminder comes; none means the global ones.
 */
lead_times: Array<number> | null, };

export type EditRequest = { 
/**
 * The credential.
 */
id: string, 
/**
 * The revision that was read; another one means it changed meanwhile.
 */
revision: number, 
/**
 * The new metadata.
 */
metadata: Metadata, };

export type EditAllRequest = { 
/**
 * Each credential with its new metadata; names stay as they are.
 */
edits: Array<EditRequest>, };

export type RemoveRequest = { 
/**
 * The credential.
 */
id: string, 
/**
 * The revision that was read.
 */
revision: number, };

export type RestoreRequest = { 
/**
 * The credential.
 */
id: string, };

export type EmptyTrashRequest = { 
/**
 * What its owner was shown, or a part of it. What came into the trash later stays there;
 * what is not in the trash any more is left alone.
 */
ids: Array<string>, };

export type RollBackRequest = { 
/**
 * The credential.
 */
id: string, 
/**
 * The revision that was read.
 */
revision: number, 
/**
 * The version that becomes current again; the vault has to have its values still.
 */
version: number, 
/**
 * The expiry from then on; none leaves it as it is.
 */
expires: NextExpiry | null, };

export type RotationsRequest = { 
/**
 * Only that of this credential.
 */
target: Target | null, };

export type RotateRequest = { 
/**
 * The credential.
 */
id: string, 
/**
 * The revision that was read.
 */
revision: number, 
/**
 * What is done.
 */
step: RotationStep, };

export type RotationStep = { "promote": { 
/**
 * The expiry from then on. Where nobody says, a date that has passed is forgotten and
 * another one stays.
 */
expires: NextExpiry | null, 
/**
 * A fixed rotation date of the new value.
 */
rotate_on: Moment | null, } } | "finish" | "abort";

export type RotateAutomaticallyRequest = { 
/**
 * The credential.
 */
id: string, 
/**
 * The revision that was read.
 */
revision: number, 
/**
 * The credential with whose rights the provider is asked; where nobody says, the one that
 * an open rotation began with.
 */
admin: Target | null, 
/**
 * What is done.
 */
part: AutomaticPart, 
/**
 * Checks that cost money or quota are made too.
 */
may_cost: boolean, };

export type AutomaticPart = "plan" | "start" | "resume" | "revoke";

export type RevokeRequest = { 
/**
 * The credential.
 */
id: string, 
/**
 * The revision that was read.
 */
revision: number, };

export type SnoozeRequest = { 
/**
 * The credential.
 */
id: string, 
/**
 * The revision that was read.
 */
revision: number, 
/**
 * Quiet until this day; none ends the quiet. Never past the expiry: the answer has the day
 * that was stored.
 */
until: string | null, };

export type NextExpiry = "keep" | "none" | { "at": Moment };

export type AuditRequest = { 
/**
 * About this credential.
 */
credential: Target | null, 
/**
 * In this project.
 */
project: string | null, 
/**
 * In this environment.
 */
environment: string | null, 
/**
 * With this action.
 */
action: string | null, 
/**
 * Not before this instant.
 */
since: string | null, 
/**
 * At most this many; zero means 200.
 */
limit: number, };

export type VerifyLogRequest = Record<symbol, never>;

export type BackupsRequest = Record<symbol, never>;

export type BackUpRequest = Record<symbol, never>;

export type BackUpToRequest = { 
/**
 * The absolute path of the file. A backup that lies there is replaced, nothing else is.
 */
file: string, };

export type CopyRequest = { 
/**
 * The credential.
 */
target: Target, 
/**
 * The field; none means the only one.
 */
field: string | null, };

export type CheckRequest = { 
/**
 * Which credentials.
 */
ids: Array<string>, 
/**
 * Checks that cost money or quota are made too.
 */
may_cost: boolean, 
/**
 * The version to check; none means the current one.
 */
version: number | null, };

export type TrustRequest = { 
/**
 * The directory file's absolute path.
 */
path: string, 
/**
 * SHA-256 of its content in lower-case hex.
 */
sha256: string, 
/**
 * Whether its owner said yes to production credentials.
 */
allow_production: boolean, 
/**
 * What it asks for, a line each and without values: the log keeps it, to be compared
 * with the next content. At most [`MAX_OUTLINE`].
 */
outline: Array<string>, };

export type DistrustRequest = { 
/**
 * The directory file's absolute path.
 */
path: string, };

export type FileTrustRequest = { 
/**
 * The file, by its content.
 */
file: LaunchFile, };

export type StartFailedRequest = { 
/**
 * [`LaunchView::release`](crate::view::LaunchView::release) of the launch, released to this connection.
 */
release: number, };

export type LaunchFile = { 
/**
 * Its absolute path.
 */
path: string, 
/**
 * The SHA-256 of its content, in lower-case hex.
 */
sha256: string, };

export type IsOutdatedRequest = { 
/**
 * [`LaunchView::release`](crate::view::LaunchView::release) of the launch; another client
 * may have made it.
 */
release: number, 
/**
 * [`LaunchView::released_at`](crate::view::LaunchView::released_at) of it.
 */
released_at: string, 
/**
 * The directory file of the launch, where it is asked whether it is trusted as it was.
 */
file: LaunchFile | null, };

export type LaunchSource = { "environment": { 
/**
 * The project.
 */
project: string, 
/**
 * The environment.
 */
environment: string, } } | { "project_file": { 
/**
 * Its absolute path.
 */
path: string, 
/**
 * Its content as it was read, once.
 */
content: string, 
/**
 * Replaces the file's own environment.
 */
environment: string | null, } } | { "profile": { 
/**
 * Its name.
 */
name: string, } } | { "references": { 
/**
 * The project of relative references.
 */
project: string | null, 
/**
 * Their environment.
 */
environment: string | null, 
/**
 * The template that names them, where its owner has trusted it: what was renamed since
 * is refused, and its keys of a higher tier enter if that was allowed with it.
 */
template: LaunchFile | null, } };

export type Overrides = { 
/**
 * What to do with an expired credential.
 */
expired: ExpiredPolicy | null, 
/**
 * Credentials of a higher tier may enter.
 */
production: boolean, };

export type LaunchPlanRequest = { 
/**
 * Where the variables come from.
 */
source: LaunchSource, 
/**
 * Which of them, and what besides.
 */
choice: Choice, 
/**
 * What the policies would not let in.
 */
overrides: Overrides, };

export type Query = { "status": StatusRequest } | { "agent_security": AgentSecurityRequest } | { "test_notification": TestNotificationRequest } | { "list": ListRequest } | { "show": ShowRequest } | { "history": HistoryRequest } | { "due": DueRequest } | { "health": HealthRequest } | { "environments": EnvironmentsRequest } | { "set_tier": SetTierRequest } | { "remove_environment": RemoveEnvironmentRequest } | { "edit": EditRequest } | { "edit_all": EditAllRequest } | { "remove": RemoveRequest } | { "restore": RestoreRequest } | { "empty_trash": EmptyTrashRequest } | { "roll_back": RollBackRequest } | { "rotations": RotationsRequest } | { "rotate": RotateRequest } | { "rotate_automatically": RotateAutomaticallyRequest } | { "revoke": RevokeRequest } | { "snooze": SnoozeRequest } | { "audit": AuditRequest } | { "verify_log": VerifyLogRequest } | { "backups": BackupsRequest } | { "back_up": BackUpRequest } | { "back_up_to": BackUpToRequest } | { "settings": SettingsRequest } | { "key_derivation": KeyDerivationRequest } | { "login_keychain": LoginKeychainRequest } | { "unlock_by_login": UnlockByLoginRequest } | { "copy": CopyRequest } | { "check": CheckRequest } | { "trust": TrustRequest } | { "distrust": DistrustRequest } | { "file_trust": FileTrustRequest } | { "trusted_files": TrustedFilesRequest } | { "profiles": ProfilesRequest } | { "profile": ProfileRequest } | { "add_profile": AddProfileRequest } | { "edit_profile": EditProfileRequest } | { "remove_profile": RemoveProfileRequest } | { "launch_plan": LaunchPlanRequest } | { "running": RunningRequest } | { "end_running": EndRunningRequest } | { "start_failed": StartFailedRequest } | { "is_outdated": IsOutdatedRequest } | { "subscribe": SubscribeRequest } | { "input_seen": InputSeenRequest } | { "lock": LockRequest } | { "stop": StopRequest };

export type Event = { "event": "locked" } | { "event": "unlocked" } | { "event": "changed" } | { "event": "due", 
/**
 * Past due.
 */
overdue: number, 
/**
 * Due within seven days.
 */
due_this_week: number, } | { "event": "running" } | { "event": "lagged" };

export type Progress = { 
/**
 * Units done.
 */
done: number, 
/**
 * Units in all; zero when unknown.
 */
total: number, };

export type Error = { "code": "wrong_password" } | { "code": "wrong_recovery_key" } | { "code": "mistyped_recovery_key" } | { "code": "no_vault", 
/**
 * The vault folder.
 */
folder: string, } | { "code": "not_a_vault", 
/**
 * The file in question.
 */
path: string, } | { "code": "newer_vault", 
/**
 * The vault's format.
 */
vault: number, 
/**
 * The newest format this program reads.
 */
program: number, } | { "code": "older_copy", 
/**
 * How many user changes are missing.
 */
changes: number, } | { "code": "unsafe_path", 
/**
 * The path.
 */
path: string, 
/**
 * What is wrong with it.
 */
problem: Problem, } | { "code": "long_socket_path", 
/**
 * The path.
 */
path: string, } | { "code": "io", 
/**
 * The path.
 */
path: string, 
/**
 * The system's text.
 */
system: string, } | { "code": "disk_full" } | { "code": "kdf_refused", 
/**
 * What is out of bounds.
 */
problem: Problem, } | { "code": "not_enough_memory", 
/**
 * How much was needed, in MiB.
 */
needed_mib: number, } | { "code": "weak_password", 
/**
 * The least number of characters.
 */
minimum: number, } | { "code": "password_needed" } | { "code": "present_proof_needed" } | { "code": "wrong_present_password" } | { "code": "no_clipboard", 
/**
 * Why.
 */
problem: Problem, } | { "code": "no_keychain", 
/**
 * Why.
 */
problem: Problem, } | { "code": "no_private_file", 
/**
 * Why.
 */
problem: Problem, } | { "code": "cancelled" } | { "code": "backup_failed", 
/**
 * Why.
 */
cause: Error, } | { "code": "not_a_backup", 
/**
 * The file.
 */
path: string, } | { "code": "malformed", 
/**
 * The file as the user named it.
 */
file: string, 
/**
 * Line, from 1.
 */
line: number, 
/**
 * Column, from 1.
 */
column: number, 
/**
 * What was expected there.
 */
expected: Expected, } | { "code": "agent_running" } | { "code": "environment_not_empty", 
/**
 * The project.
 */
project: string, 
/**
 * The environment.
 */
environment: string, 
/**
 * How many.
 */
credentials: number, } | { "code": "environment_has_trash", 
/**
 * The project.
 */
project: string, 
/**
 * The environment.
 */
environment: string, 
/**
 * Their names.
 */
names: Array<string>, } | { "code": "environment_has_profiles", 
/**
 * The project.
 */
project: string, 
/**
 * The environment.
 */
environment: string, 
/**
 * Their names.
 */
profiles: Array<string>, } | { "code": "variable_refused", 
/**
 * The variable.
 */
variable: string, 
/**
 * A reference to what sets it; none where a file or an option names it.
 */
credential: string | null, 
/**
 * Why not.
 */
problem: Problem, } | { "code": "not_promoted", 
/**
 * The credential.
 */
name: string, } | { "code": "rotation_overtaken", 
/**
 * The credential.
 */
name: string, } | { "code": "version_pending", 
/**
 * The credential.
 */
name: string, 
/**
 * Which.
 */
version: number, } | { "code": "invalid", 
/**
 * What is wrong with it.
 */
problem: Problem, } | { "code": "backup_in_vault", 
/**
 * The file.
 */
path: string, } | { "code": "field_needed", 
/**
 * The credential.
 */
name: string, 
/**
 * Its fields.
 */
fields: Array<string>, } | { "code": "locked" } | { "code": "import_stopped" } | { "code": "no_credential", 
/**
 * As it was named.
 */
name: string, 
/**
 * A similar name that exists.
 */
similar: string | null, } | { "code": "no_project", 
/**
 * As it was named.
 */
project: string, 
/**
 * A similar name that exists.
 */
similar: string | null, } | { "code": "no_environment", 
/**
 * The project.
 */
project: string, 
/**
 * As it was named.
 */
environment: string, 
/**
 * The names of those that the project has.
 */
known: string | null, } | { "code": "no_profile", 
/**
 * As it was named.
 */
name: string, 
/**
 * A similar name that exists.
 */
similar: string | null, } | { "code": "no_field", 
/**
 * The credential.
 */
name: string, 
/**
 * As it was named.
 */
field: string, 
/**
 * Its fields.
 */
fields: Array<string>, } | { "code": "no_version", 
/**
 * The credential.
 */
name: string, 
/**
 * As it was named.
 */
version: number, } | { "code": "no_rotation", 
/**
 * The credential.
 */
name: string, } | { "code": "rotation_open", 
/**
 * The credential.
 */
name: string, 
/**
 * Since when.
 */
since: string, } | { "code": "same_value", 
/**
 * The credential.
 */
name: string, } | { "code": "vault_exists", 
/**
 * The vault folder.
 */
folder: string, } | { "code": "folder_not_empty", 
/**
 * The folder.
 */
folder: string, } | { "code": "exists", 
/**
 * Its name.
 */
name: string, } | { "code": "variable_taken", 
/**
 * The variable.
 */
variable: string, 
/**
 * The credential that fills it.
 */
by: string, } | { "code": "lookalike", 
/**
 * The new name.
 */
name: string, 
/**
 * The one there is.
 */
existing: string, } | { "code": "changed", 
/**
 * Its name.
 */
name: string, } | { "code": "launch_changed" } | { "code": "import_conflict", 
/**
 * The credentials in the way.
 */
names: Array<string>, } | { "code": "revoked", 
/**
 * Its name.
 */
name: string, } | { "code": "version_revoked", 
/**
 * The credential.
 */
name: string, 
/**
 * Which.
 */
version: number, } | { "code": "expired", 
/**
 * Its name.
 */
name: string, } | { "code": "tier_refused", 
/**
 * The credential.
 */
name: string, 
/**
 * Its tier.
 */
tier: Tier, 
/**
 * The launch's tier.
 */
launch: Tier, } | { "code": "scope_missing", 
/**
 * The credential.
 */
name: string, 
/**
 * A reference to it.
 */
credential: string, 
/**
 * The scopes of which it needs one.
 */
needs: Array<string>, } | { "code": "untrusted", 
/**
 * Its path.
 */
path: string, 
/**
 * What is known about it.
 */
reason: UntrustedReason, } | { "code": "key_renamed", 
/**
 * The credential.
 */
name: string, 
/**
 * The file.
 */
path: string, } | { "code": "production_not_allowed", 
/**
 * Its path.
 */
path: string, } | { "code": "snooze_past_expiry", 
/**
 * The credential.
 */
name: string, 
/**
 * When it expires or expired.
 */
expires: Moment, } | { "code": "would_discard", 
/**
 * The credential.
 */
name: string, 
/**
 * The oldest version that would lose its values.
 */
version: number, 
/**
 * Until when it was the current one.
 */
until: string, } | { "code": "backups_full", 
/**
 * Their folder.
 */
folder: string, } | { "code": "loader_variable", 
/**
 * The variable.
 */
variable: string, 
/**
 * A reference to what sets it; none where a file or an option names it.
 */
credential: string | null, } | { "code": "damaged_header", 
/**
 * What is wrong with it.
 */
damage: Damage, } | { "code": "damaged_data", 
/**
 * What is wrong with it.
 */
damage: Damage, } | { "code": "damaged_backup", 
/**
 * The file.
 */
path: string, 
/**
 * What is wrong with it.
 */
damage: Damage, } | { "code": "vault_gone", 
/**
 * The vault folder.
 */
folder: string, } | { "code": "no_agent", 
/**
 * Why.
 */
problem: Problem, } | { "code": "agent_unreachable", 
/**
 * Its process.
 */
pid: number, } | { "code": "agent_version", 
/**
 * The agent's version.
 */
agent: string, 
/**
 * The client's version.
 */
client: string, } | { "code": "broken_agent", 
/**
 * What was seen.
 */
problem: Problem, } | { "code": "defect", 
/**
 * Where, in words without data.
 */
place: string, };

export const settingsList = [
  {
    "name": "auto_lock_minutes",
    "area": "locking",
    "form": {
      "kind": "number",
      "minimum": 1,
      "maximum": 1440,
      "zero_is_no_limit": true,
      "unit": "minutes",
      "weaker": "larger"
    }
  },
  {
    "name": "max_unlocked_hours",
    "area": "locking",
    "form": {
      "kind": "number",
      "minimum": 1,
      "maximum": 720,
      "zero_is_no_limit": true,
      "unit": "hours",
      "weaker": "larger"
    }
  },
  {
    "name": "lock_on_suspend",
    "area": "locking",
    "form": {
      "kind": "switch",
      "weaker": false
    }
  },
  {
    "name": "lock_on_screen_lock",
    "area": "locking",
    "form": {
      "kind": "switch",
      "weaker": false
    }
  },
  {
    "name": "clipboard_seconds",
    "area": "locking",
    "form": {
      "kind": "number",
      "minimum": 5,
      "maximum": 600,
      "zero_is_no_limit": false,
      "unit": "seconds",
      "weaker": "larger"
    }
  },
  {
    "name": "lead_times",
    "area": "reminders",
    "form": {
      "kind": "lead_times",
      "maximum": 3650,
      "count": 16
    }
  },
  {
    "name": "quiet_from",
    "area": "reminders",
    "form": {
      "kind": "quiet_hours"
    }
  },
  {
    "name": "quiet_to",
    "area": "reminders",
    "form": {
      "kind": "quiet_hours"
    }
  },
  {
    "name": "names_in_notices",
    "area": "reminders",
    "form": {
      "kind": "switch",
      "weaker": true
    }
  },
  {
    "name": "calendar_file",
    "area": "reminders",
    "form": {
      "kind": "switch",
      "weaker": true
    }
  },
  {
    "name": "names_in_calendar",
    "area": "reminders",
    "form": {
      "kind": "switch",
      "weaker": true
    }
  },
  {
    "name": "expired",
    "area": "use",
    "form": {
      "kind": "word",
      "words": [
        "refuse",
        "warn",
        "allow"
      ]
    }
  },
  {
    "name": "grace_hours",
    "area": "use",
    "form": {
      "kind": "number",
      "minimum": 0,
      "maximum": 8760,
      "zero_is_no_limit": false,
      "unit": "hours",
      "weaker": "smaller"
    }
  },
  {
    "name": "audit_keep_days",
    "area": "use",
    "form": {
      "kind": "number",
      "minimum": 30,
      "maximum": 36500,
      "zero_is_no_limit": true,
      "unit": "days",
      "weaker": "smaller"
    }
  },
  {
    "name": "hook_wait_seconds",
    "area": "use",
    "form": {
      "kind": "number",
      "minimum": 1,
      "maximum": 60,
      "zero_is_no_limit": false,
      "unit": "seconds",
      "weaker": "neither"
    }
  }
] as const;

export type Setting = (typeof settingsList)[number];

export const defaultSettings: Settings = {
  "auto_lock_minutes": 30,
  "max_unlocked_hours": 0,
  "lock_on_suspend": true,
  "lock_on_screen_lock": true,
  "clipboard_seconds": 20,
  "lead_times": [
    30,
    14,
    7,
    3,
    1,
    0
  ],
  "quiet_from": "20:00",
  "quiet_to": "08:00",
  "names_in_notices": false,
  "calendar_file": false,
  "names_in_calendar": false,
  "expired": "warn",
  "grace_hours": 72,
  "audit_keep_days": 0,
  "hook_wait_seconds": 2
};
