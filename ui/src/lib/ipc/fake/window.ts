// The main window's backend over the fake vault.

import scenarios from "../../../../tests/contract/imports.json";
import type {
  Answers,
  Backend,
  ImportFile,
  ImportPlan,
  Launch,
  LaunchWanted,
  ProfileDraft,
  QueryName,
  Recognised,
  RequestOf,
} from "../backend";
import type {
  AuditRequest,
  CredentialView,
  EditRequest,
  FieldKind,
  ImportItemView,
  ImportReport,
  Metadata,
  ProfileView,
  SetTierRequest,
  SettingsView,
  Target,
  Tier,
} from "../generated";
import { confirmed, picked, prompted } from "./dialogs";
import { findings } from "./doctor";
import { running, versions } from "./log";
import { providerOf, providers } from "./providers";
import { type FakeVault, rejection } from "./vault";

/** What the contract compares with the real answer. */
const importFile = { id: 1, ...scenarios[1]?.steps[0]?.answer } as ImportFile;

export function makeBackend(vault: FakeVault): Backend {
  const report = (plan: ImportPlan): ImportItemView[] =>
    importFile.items.map((each) => {
      const old = vault.living.find(
        (one) =>
          one.project === plan.project &&
          one.environment === plan.environment &&
          one.variables.includes(each.name),
      );
      return {
        name: each.name,
        variable: each.variable,
        kind: plan.kinds[each.name] ?? each.kind,
        provider: each.provider,
        rotate_every_days: rotation(each.provider, plan.kinds[each.name] ?? each.kind),
        outcome:
          old === undefined
            ? { is: "new" }
            : old.name === each.name
              ? { is: "unchanged" }
              : { is: "conflict", with: old.name },
      };
    });

  return {
    async query<K extends QueryName>(name: K, request: RequestOf<K>): Promise<Answers[K]> {
      if (vault.options.slow > 0) await new Promise((done) => setTimeout(done, vault.options.slow));
      if (vault.options.failing === name) {
        throw rejection("broken_agent", "The connection to the agent broke: end of file.");
      }
      return answer(vault, name, request as never) as Answers[K];
    },
    async addCredential(request) {
      unlocked(vault);
      askAboutLoaders(vault, request.metadata);
      return vault.add(request.project, request.environment, request.tier, request.metadata);
    },
    async setValues(request) {
      unlocked(vault);
      const view = targeted(vault, request.target);
      return vault.replace({
        ...view,
        version: (view.version ?? 0) + 1,
        rotated_at: vault.now.toISOString(),
      });
    },
    async configure(settings) {
      const leaves =
        vault.options.leaving || (isWeaker(vault.settings, settings) && !prompted(vault.dialogs));
      if (leaves) throw rejection("cancelled", "It was cancelled.");
      vault.settings = settings;
      return settings;
    },
    recognise: async (value, variable) => recognise(value, variable),
    providers: async () => providers,
    importChoose: async () => (picked(vault.dialogs, "file", "shop.env") ? importFile : null),
    async importPreview(plan): Promise<ImportReport> {
      return { items: report(plan), applied: false };
    },
    async importApply(plan): Promise<ImportReport> {
      const items = report(plan);
      for (const each of items) {
        if (each.outcome.is === "new")
          vault.add(plan.project, plan.environment, plan.tier, imported(each));
      }
      return { items, applied: true };
    },
    importDiscard: async () => {},
    async openPrompt(kind) {
      vault.prompts.push(kind);
      if (kind === "password" || kind === "recovery" || kind === "rekey") {
        if (kind !== "recovery") vault.recovered = false;
        vault.emit({ event: "changed" });
        return { done: true };
      }
      vault.initialised = true;
      vault.locked = false;
      if (kind === "create") vault.living = [];
      vault.emit({ event: "unlocked" });
      return { done: true };
    },
    async openReveal(credential, field) {
      // Another process shows it; a test sees here what was asked for.
      document.documentElement.dataset.revealed = `${vault.find(credential).name} ${field ?? "-"}`;
    },
    async restoreBackup(file) {
      document.documentElement.dataset.restored = file ?? "picked";
      return { done: true };
    },
    launchStart: async (wanted) => (confirmed(vault.dialogs) ? started(vault, wanted) : null),
    async launchAgain(id) {
      const { project, environment, command } = launched(vault, id);
      return started(vault, { typed: { project, environment, command, directory: null } });
    },
    launchSuggestions: async () => ["npm run dev", "npm run test"],
    saveProfile: async (draft) => (confirmed(vault.dialogs) ? saved(vault, draft) : null),
    pinnedProfiles: async () => vault.pinned,
    async pinProfile(id, on) {
      vault.pinned = vault.pinned.filter((each) => each !== id).concat(on ? [id] : []);
    },
    launchTerminal: async () => true,
    launches: async () => vault.launches,
    async launchOutput(id, from) {
      const text = `$ ${launched(vault, id).command}\nlistening on port 3000\nSTRIPE_SECRET_KEY is [masked]\n`;
      return { text: text.slice(from), from, next: text.length };
    },
    async launchStop(id) {
      vault.launches = vault.launches.map((each) =>
        each.id === id ? { ...each, ended: { code: null, signal: 15 } } : each,
      );
      for (const listener of vault.launchListeners) listener();
      vault.emit({ event: "running" });
    },
    async chooseDirectory() {
      const path = picked(vault.dialogs, "folder", "/home/ada/shop");
      return path === null ? null : { id: 1, path };
    },
    doctor: async () => findings,
    preferences: async () => ({ theme: vault.theme }),
    async setPreferences(preferences) {
      vault.theme = preferences.theme;
    },
    onEvent: async (handler) => subscribe(vault.events, handler),
    onLaunches: async (handler) => subscribe(vault.launchListeners, handler),
    onOutput: async () => () => undefined,
    onOpen: async (handler) => subscribe(vault.openListeners, handler),
  };
}

/** As the Rust side reads a command: plain words, or something for the shell. */
function saved(vault: FakeVault, draft: ProfileDraft): ProfileView {
  const { known, directory, command, only, set, ...said } = draft;
  const words = command.trim().split(/\s+/).filter(Boolean);
  const view: ProfileView = {
    id: known?.[0] ?? `profile-${vault.profiles.length + 1}`,
    revision: (known?.[1] ?? 0) + 1,
    tier:
      vault.environments().find((each) => each.name === draft.environment)?.tier ?? "production",
    created_at: vault.now.toISOString(),
    changed_at: vault.now.toISOString(),
    profile: {
      ...said,
      choice: { only, except: [], prefix: "", renamed: [], set },
      command: /^[\w .:/=-]*$/.test(command) ? words : ["sh", "-c", command],
      directory: typeof directory === "string" ? null : "/home/ada/shop",
      shell: null,
      keep: [],
      mask: true,
    },
  };
  vault.profiles = [...vault.profiles.filter((each) => each.id !== view.id), view];
  vault.changed();
  return view;
}

function started(vault: FakeVault, wanted: LaunchWanted): Launch {
  const profile =
    "profile" in wanted
      ? vault.profiles.find((each) => each.profile.name === wanted.profile)?.profile
      : undefined;
  const typed = "typed" in wanted ? wanted.typed : undefined;
  const { project, environment } = typed ?? profile ?? { project: "", environment: "" };
  const launch = {
    id: vault.launches.length + 1,
    command: typed?.command ?? profile?.command.join(" ") ?? "",
    profile: profile?.name ?? null,
    project,
    environment,
    pid: 7000 + vault.launches.length,
    started_at: vault.now.toISOString(),
    ended: null,
  };
  vault.launches = [launch, ...vault.launches];
  vault.given(project, environment);
  for (const listener of vault.launchListeners) listener();
  return launch;
}

function launched(vault: FakeVault, id: number): Launch {
  const found = vault.launches.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no launch ${id}`);
  return found;
}

function subscribe<T>(listeners: Set<T>, handler: T): () => void {
  listeners.add(handler);
  return () => listeners.delete(handler);
}

function targeted(vault: FakeVault, target: Target): CredentialView {
  if ("id" in target) return vault.find(target.id);
  const { project, environment, name } = target.named;
  const inProject = vault.living.filter((each) => each.project === project);
  if (inProject.length === 0) throw rejection("no_project", `There is no project ${project}.`);
  const near = inProject.filter((each) => each.environment === environment);
  if (near.length === 0)
    throw rejection("no_environment", `There is no environment ${environment} in ${project}.`);
  const found = near.find((each) => each.name === name);
  if (found === undefined) throw rejection("no_credential", `There is no credential ${name}.`);
  return found;
}

function answer(vault: FakeVault, name: QueryName, request: never): unknown {
  if (name === "status") return vault.status();
  unlocked(vault);
  return reading(vault, name, request);
}

function unlocked(vault: FakeVault): void {
  if (vault.locked || !vault.initialised)
    throw rejection("locked", "The vault is locked.", "Unlock it with: kh unlock.");
}

function askAboutLoaders(vault: FakeVault, metadata: Metadata): void {
  if (metadata.fields.some((field) => field.allow_loader_variable) && !confirmed(vault.dialogs))
    throw rejection("cancelled", "It was cancelled.");
}

/** What needs the password. */
function isWeaker(now: SettingsView, next: SettingsView): boolean {
  return (
    (now.lock_on_suspend && !next.lock_on_suspend) ||
    (now.lock_on_screen_lock && !next.lock_on_screen_lock)
  );
}

function setTier(vault: FakeVault, request: SetTierRequest): null {
  const order: Tier[] = ["development", "staging", "production"];
  const known = vault
    .environments()
    .find((each) => each.project === request.project && each.name === request.environment);
  const lower = known !== undefined && order.indexOf(request.tier) < order.indexOf(known.tier);
  if (lower && !confirmed(vault.dialogs)) throw rejection("cancelled", "It was cancelled.");
  vault.living = vault.living.map((each) =>
    each.project === request.project && each.environment === request.environment
      ? { ...each, tier: request.tier }
      : each,
  );
  return null;
}

function edited(vault: FakeVault, request: EditRequest): CredentialView {
  const view = vault.find(request.id);
  if (view.revision !== request.revision)
    throw rejection("changed", `${view.name} was changed meanwhile.`, null, { name: view.name });
  return vault.edit(view, request.metadata);
}

function reading(vault: FakeVault, name: QueryName, request: never): unknown {
  switch (name) {
    case "profiles":
      return vault.profiles;
    case "list":
      return (request as { removed: boolean }).removed ? [...vault.trash] : vault.living;
    case "show":
      return targeted(vault, (request as { target: Target }).target);
    case "history": {
      const view = targeted(vault, (request as { target: Target }).target);
      const uses = vault.log.filter((entry) => entry.credentials.includes(view.name)).slice(0, 20);
      return { credential: view, versions: versions(view, vault.now), uses };
    }
    case "due":
      return vault.due((request as { within_days: number }).within_days);
    case "environments":
      return vault.environments();
    case "audit":
      return audit(vault, request);
    case "settings":
      return vault.settings;
    case "login_keychain":
      return { on: vault.login };
    case "key_derivation":
      return { memory_kib: 131_072, passes: 3, lanes: 4, milliseconds: 540 };
    case "verify_log":
      return { first: 1, entries: vault.log.length };
    case "backups":
      return vault.backups;
    case "back_up": {
      const backup = vault.backup(vault.now, "asked");
      vault.backups = [backup, ...vault.backups];
      return backup;
    }
    case "trusted_files":
      return vault.trusted;
    case "running":
      return vault.living.length > 0 ? running(vault.living, vault.launches, vault.now) : [];
    default:
      return writing(vault, name, request);
  }
}

function writing(vault: FakeVault, name: QueryName, request: never): unknown {
  const { id } = request as { id: string };
  switch (name) {
    case "edit":
      return edited(vault, request);
    case "set_tier":
      return setTier(vault, request);
    case "remove_profile":
      vault.profiles = vault.profiles.filter((each) => each.id !== id);
      vault.changed();
      return null;
    case "remove":
      vault.trash.push(vault.find(id));
      vault.living = vault.living.filter((each) => each.id !== id);
      vault.changed();
      return null;
    case "restore": {
      const back = vault.trash.find((each) => each.id === id);
      if (back === undefined)
        throw rejection("no_credential", "There is no credential of that id.");
      vault.trash = vault.trash.filter((each) => each.id !== id);
      vault.living = [...vault.living, back];
      vault.changed();
      return back;
    }
    case "snooze":
      vault.replace({
        ...vault.find(id),
        snoozed_until: (request as { until: string | null }).until,
      });
      return null;
    case "copy":
      vault.copied.push(targeted(vault, (request as { target: Target }).target).name);
      vault.use(targeted(vault, (request as { target: Target }).target));
      return null;
    case "lock":
      vault.locked = true;
      vault.emit({ event: "locked" });
      return null;
    default:
      return null;
  }
}

const NO_FILTER: AuditRequest = {
  credential: null,
  project: null,
  action: null,
  since: null,
  limit: 0,
};

function audit(vault: FakeVault, request: Partial<AuditRequest>) {
  const { action, project, since, limit } = { ...NO_FILTER, ...request };
  return vault.log
    .filter((entry) => action === null || entry.action === action)
    .filter((entry) => project === null || entry.project === project)
    .filter((entry) => since === null || entry.at >= since)
    .slice(0, limit === 0 ? 200 : limit);
}

function recognise(value: string, variable: string): Recognised {
  const [provider, by] = providerOf(value, variable) ?? [null, "none"];
  const secret = provider !== null || /KEY|TOKEN|SECRET|PASSWORD/.test(variable);
  const reasons = {
    shape: "has the shape of this provider's keys",
    name: "the name is one this provider uses for keys",
    none: secret ? "the name says so" : "an ordinary name and value",
  };
  return {
    provider: provider?.id ?? null,
    provider_name: provider?.name ?? null,
    kind: secret ? "secret" : "plain",
    reason: reasons[by],
    variable: variable === "" ? (provider?.variables[0] ?? null) : variable,
    rotate_every_days: provider?.rotate_every_days ?? null,
  };
}

function rotation(provider: string | null, kind: FieldKind): number | null {
  const known = providers.find((one) => one.id === provider);
  return kind === "secret" ? (known?.rotate_every_days ?? null) : null;
}

function imported(each: ImportItemView): Metadata {
  return {
    name: each.name,
    provider: each.provider,
    fields: [
      { name: "value", kind: each.kind, variable: each.variable, allow_loader_variable: false },
    ],
    scopes: [],
    allowed_ips: [],
    owner: null,
    quota: null,
    url: null,
    note: null,
    tags: [],
    expires: null,
    rotate_every_days: each.rotate_every_days,
    lead_times: null,
  };
}
