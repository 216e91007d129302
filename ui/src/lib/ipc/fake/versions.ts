// The values of a key over time, and the rotation date that follows from the current one.

import { dayAfter } from "$lib/time/relative";
import type { CredentialView } from "../generated";
import type { FieldInput } from "../generated-window";

export interface FakeVersion {
  number: number;
  at: string;
  /** By field. */
  values: Map<string, string>;
  /** The dates that the key had when a later value took its place. */
  ended?: EndedDates;
}

type EndedDates = Pick<CredentialView, "expires" | "rotate_on" | "snoozed_until">;

/** What of a vault is read and changed here. */
interface WithVersions {
  readonly now: Date;
  readonly versions: Map<string, FakeVersion[]>;
}

/** Newest first. A key of the sample has the one that it names, whose values nobody knows. */
export function versionsOf(vault: WithVersions, view: CredentialView): FakeVersion[] {
  const first = { number: view.version ?? 0, at: view.rotated_at, values: new Map() };
  return vault.versions.get(view.id) ?? [first];
}

/** The values of the current version. */
export function valuesOf(vault: WithVersions, view: CredentialView): Map<string, string> {
  const current = versionsOf(vault, view).find(({ number }) => number === view.version);
  return current?.values ?? new Map();
}

/** Keeps the first values of a new key. */
export function keepFirst(vault: WithVersions, view: CredentialView, values: FieldInput[]): void {
  vault.versions.set(view.id, [{ number: 1, at: view.rotated_at, values: byField(values) }]);
}

/** Keeps new values as a new version; fields that are not named keep theirs. */
export function keepNew(
  vault: WithVersions,
  view: CredentialView,
  values: FieldInput[],
): FakeVersion {
  const known = endCurrent(vault, view);
  const fresh = {
    number: newestOf(known) + 1,
    at: vault.now.toISOString(),
    values: new Map([...valuesOf(vault, view), ...byField(values)]),
  };
  vault.versions.set(view.id, [fresh, ...known]);
  return fresh;
}

/** Keeps with the current version the dates that end with it. */
export function endCurrent(vault: WithVersions, view: CredentialView): FakeVersion[] {
  const { expires, rotate_on, snoozed_until } = view;
  const ended = { expires, rotate_on, snoozed_until };
  const known = versionsOf(vault, view).map((each) =>
    each.number === view.version ? { ...each, ended } : each,
  );
  vault.versions.set(view.id, known);
  return known;
}

/** A fixed date comes before the interval, which counts from the current version. */
export function rotation(vault: WithVersions, view: CredentialView): Partial<CredentialView> {
  const { rotate_every_days: every, rotate_on = null } = view;
  if (rotate_on !== null) return { rotation_due: rotate_on, rotation_basis: "fixed_date" };
  if (every === null) return { rotation_due: null, rotation_basis: null };
  const isOlder = newestOf(versionsOf(vault, view)) > (view.version ?? 0);
  return {
    rotation_due: dayAfter(new Date(view.rotated_at), every),
    rotation_basis: isOlder ? "earlier_version" : view.version === 1 ? "added" : "new_value",
  };
}

const newestOf = (versions: FakeVersion[]) => Math.max(...versions.map(({ number }) => number));

const byField = (values: FieldInput[]) =>
  new Map(values.map(({ field, value }) => [field, value] as const));
