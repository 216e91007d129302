// What the window asks a person before it does it.

import type { CredentialView, FieldView, Metadata } from "../generated";
import { confirmed } from "./dialogs";
import { type FakeVault, rejection } from "./vault";

/** A change is asked about as a whole, where there is something to ask. */
export function ask(vault: FakeVault, needed: boolean): void {
  if (needed && !confirmed(vault.dialogs)) throw rejection("cancelled", "Cancelled.");
}

/** Some of the names that may make programs run other code; the window knows many more. */
const MARKED = /^(KUBECONFIG|NODE_OPTIONS|PATH|.*_(COMMAND|PAGER|EDITOR))$/;

/** Whether a value would be given to a variable that may make programs run other code. */
export function fillsMarked(variables: (string | null)[]): boolean {
  return variables.some((variable) => variable !== null && MARKED.test(variable));
}

/** Whether a new key fills a variable of an environment of which a launch was confirmed or saved. */
export function fillsLaunches(
  vault: FakeVault,
  project: string,
  environment: string,
  metadata: Metadata,
): boolean {
  const saved = vault.profiles.map((each) => each.profile);
  const launched = [...vault.launches, ...saved].some(
    (each) => each.project === project && each.environment === environment,
  );
  return launched && metadata.fields.some((field) => field.variable !== null);
}

/** Whether a field would be plain that was secret, fill another variable, or load code. */
export function fillsOtherwise(before: FieldView[], metadata: Metadata): boolean {
  return metadata.fields.some((field) => {
    const known = before.find((each) => each.name === field.name);
    const loads = field.allow_loader_variable && known?.allow_loader_variable !== true;
    if (known === undefined) return loads;
    const loosened = known.kind === "secret" && field.kind === "plain";
    return loads || loosened || known.variable !== field.variable;
  });
}

/** Whether a person would be reminded later, less often or never after an edit. */
export function remindsLess(before: CredentialView, after: Metadata, usual: number[]): boolean {
  const { rotation_due: due, rotate_every_days: every } = before;
  if (isLater(before.expires, after.expires)) return true;
  if ((after.never_rotate ?? null) !== null) return due !== null;
  if (every !== null && (after.rotate_every_days ?? Number.POSITIVE_INFINITY) > every) return true;
  const date = after.rotate_on ?? null;
  if (date === null ? before.rotate_on !== null : due !== null && date > due) return true;
  const leads = after.lead_times ?? usual;
  return (before.lead_times ?? usual).some((days) => !leads.includes(days));
}

/** The same of an older value: without its dates, nobody knows. */
export const remindsLater = (before: string | null | undefined, after: string | null) =>
  before === undefined || isLater(before, after);

const isLater = (before: string | null, after: string | null) =>
  before !== null && (after === null || after > before);
