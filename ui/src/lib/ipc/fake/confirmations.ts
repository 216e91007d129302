// What the window asks a person before it does it.

import type { FieldView, Metadata } from "../generated";
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
