// What the fake answers to each query.

import { daysUntil } from "$lib/time/relative";
import type { AnswerOf, QueryName, RequestOf } from "../backend";
import type {
  AuditEntryView,
  AuditRequest,
  CredentialView,
  EditRequest,
  SetTierRequest,
  Target,
  Tier,
} from "../generated";
import { ask, fillsMarked, fillsOtherwise, remindsLater, remindsLess } from "./confirmations";
import { running, versions } from "./log";
import { type FakeVault, nextExpiry, rejection } from "./vault";
import { endCurrent, rotation, versionsOf } from "./versions";

type QueryHandlers = { [K in QueryName]: (request: RequestOf<K>) => AnswerOf<K> };

/** One query after what every query goes through. */
/** What is known of a locked vault. */
const WHILE_LOCKED: QueryName[] = ["status", "backups"];

export async function answer<K extends QueryName>(
  vault: FakeVault,
  name: K,
  request: RequestOf<K>,
): Promise<AnswerOf<K>> {
  if (vault.options.slow > 0) await new Promise((done) => setTimeout(done, vault.options.slow));
  if (vault.options.failing === name)
    throw rejection("broken_agent", "The connection to the agent failed: it was closed.");
  if (!WHILE_LOCKED.includes(name)) unlocked(vault);
  return queries(vault)[name](request);
}

export function unlocked(vault: FakeVault): void {
  if (vault.locked || !vault.initialised)
    throw rejection("locked", "The vault is locked.", "Unlock it to continue.");
}

export function targeted(vault: FakeVault, target: Target): CredentialView {
  if ("id" in target) return vault.find(target.id);
  const { project, environment, name } = target.named;
  const inProject = vault.living.filter((each) => each.project === project);
  if (inProject.length === 0) throw rejection("no_project", `There is no project ${project}.`);
  const near = inProject.filter((each) => each.environment === environment);
  if (near.length === 0)
    throw rejection(
      "no_environment",
      `There is no environment ${environment} in project ${project}.`,
    );
  const found = near.find((each) => each.name === name);
  if (found === undefined) throw rejection("no_credential", `There is no key ${name}.`);
  return found;
}

/** What was read before: another revision means that it changed. */
export function seen(view: CredentialView, revision: number | null): CredentialView {
  if (revision !== null && view.revision !== revision)
    throw rejection("changed", `${view.name} has changed in the meantime.`, null, {
      name: view.name,
    });
  return view;
}

function queries(vault: FakeVault): QueryHandlers {
  return {
    ...reading(vault),
    edit: (request) => edited(vault, request),
    set_tier: (request) => setTier(vault, request),
    remove({ id }) {
      vault.trash.push(vault.find(id));
      vault.living = vault.living.filter((each) => each.id !== id);
      vault.changed();
      return null;
    },
    restore({ id }) {
      const back = vault.trash.find((each) => each.id === id);
      if (back === undefined) throw rejection("no_credential", "There is no key of that id.");
      vault.trash = vault.trash.filter((each) => each.id !== id);
      vault.living = [...vault.living, back];
      vault.changed();
      return back;
    },
    roll_back: (request) => rolledBack(vault, request),
    snooze: ({ id, revision, until }) => snoozed(vault, seen(vault.find(id), revision), until),
    back_up() {
      const backup = vault.backup(vault.now, "asked");
      vault.backups = [backup, ...vault.backups];
      return backup;
    },
    copy({ target }) {
      const view = targeted(vault, target);
      vault.copied.push(view.name);
      vault.use(view);
      return null;
    },
    remove_profile({ id }) {
      vault.profiles = vault.profiles.filter((each) => each.id !== id);
      vault.changed();
      return null;
    },
    end_running: () => null,
    lock() {
      vault.locked = true;
      vault.emit({ event: "locked" });
      return null;
    },
  };
}

function reading(vault: FakeVault) {
  return {
    status: () => vault.status(),
    list: ({ removed }) =>
      removed ? vault.trash.map((each) => ({ ...each, erased_after_days: 30 })) : vault.living,
    show: ({ target }) => targeted(vault, target),
    history({ target }) {
      const view = targeted(vault, target);
      const uses = vault.log.filter((entry) => entry.credentials.includes(view.name)).slice(0, 20);
      return { credential: view, versions: versions(view, vault.now), uses };
    },
    due: ({ within_days }) => vault.due(within_days),
    environments: () => vault.environments(),
    audit: (request) => audit(vault, request),
    verify_log: () => ({ first: 1, entries: vault.log.length }),
    backups: () => vault.backups,
    settings: () => vault.settings,
    key_derivation: () => ({ memory_kib: 131_072, passes: 3, lanes: 4, milliseconds: 540 }),
    login_keychain: () => ({ on: vault.login }),
    trusted_files: () => vault.trusted,
    running: () =>
      vault.living.length > 0 ? running(vault.living, vault.launches, vault.now) : [],
    profiles: () => vault.profiles,
    profile({ name }) {
      const found = vault.profiles.find((each) => each.profile.name === name);
      if (found === undefined) throw rejection("no_profile", `There is no profile ${name}.`);
      return found;
    },
  } satisfies Partial<QueryHandlers>;
}

function setTier(vault: FakeVault, request: SetTierRequest): null {
  const order: Tier[] = ["development", "staging", "production"];
  const known = vault
    .environments()
    .find((each) => each.project === request.project && each.name === request.environment);
  const lower = known !== undefined && order.indexOf(request.tier) < order.indexOf(known.tier);
  ask(vault, lower);
  vault.living = vault.living.map((each) =>
    each.project === request.project && each.environment === request.environment
      ? { ...each, tier: request.tier }
      : each,
  );
  return null;
}

/** The current version comes back as it is; an older one with the dates that it had. */
function rolledBack(vault: FakeVault, request: RequestOf<"roll_back">): CredentialView {
  const view = seen(vault.find(request.id), request.revision);
  const target = versionsOf(vault, view).find(({ number }) => number === request.version);
  const isCurrent = target?.number === view.version;
  const expires = nextExpiry(request.expires ?? "keep", view.expires, vault.now);
  const ended = target?.ended;
  const less = !isCurrent && target !== undefined && remindsLater(ended?.expires, expires);
  ask(vault, less || fillsMarked(view.variables));
  if (target === undefined)
    throw rejection(
      "no_version",
      `${view.name} has no version ${request.version}, or its value was erased.`,
    );
  if (isCurrent) return view;
  const { number: version, at: rotated_at } = target;
  endCurrent(vault, view);
  const back = { ...view, ...ended, version, rotated_at, expires };
  return vault.replace({ ...back, ...rotation(vault, back) });
}

/** No key is quiet past its expiry. */
function snoozed(vault: FakeVault, view: CredentialView, until: string | null): CredentialView {
  ask(vault, until !== null && daysUntil(until, vault.now) > 7);
  const end = view.expires;
  const cut =
    until !== null && end !== null && daysUntil(end, vault.now) < daysUntil(until, vault.now);
  if (cut && daysUntil(end, vault.now) <= 0)
    throw rejection(
      "snooze_past_expiry",
      `${view.name} cannot be snoozed: a snooze ends at the expiry, which is ${end}.`,
      "Set a new value, change the expiry or remove the key.",
      { name: view.name, expires: end },
    );
  return vault.replace({ ...view, snoozed_until: cut ? end.slice(0, 10) : until });
}

function edited(vault: FakeVault, request: EditRequest): CredentialView {
  const view = seen(vault.find(request.id), request.revision);
  const less = remindsLess(view, request.metadata, vault.settings.lead_times);
  ask(vault, less || fillsOtherwise(view.field_list, request.metadata));
  return vault.edit(view, request.metadata);
}

const NO_FILTER: AuditRequest = {
  credential: null,
  project: null,
  environment: null,
  action: null,
  since: null,
  limit: 0,
};

function audit(vault: FakeVault, request: Partial<AuditRequest>): AuditEntryView[] {
  const { action, project, environment, since, limit } = { ...NO_FILTER, ...request };
  return vault.log
    .filter((entry) => action === null || entry.action === action)
    .filter((entry) => project === null || entry.project === project)
    .filter((entry) => environment === null || entry.environment === environment)
    .filter((entry) => since === null || entry.at >= since)
    .slice(0, limit === 0 ? 200 : limit);
}
