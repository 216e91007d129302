// What a form of a key lacks, and what Rust finds wrong in it, by the control it belongs to.

import type { EnvironmentView } from "$lib/ipc/generated";
import type { DraftCheck, DraftPlace } from "$lib/ipc/generated-window";
import { stored } from "$lib/keys/value";
import { t } from "$lib/messages";
import type { Draft } from "./draft.svelte";

/** Problems by the name of the control: `name`, `variable:KEY`… Empty when it may be sent. */
export type Problems = Partial<Record<string, string>>;

/** Whether the tier must be chosen: for a new environment whose name does not imply one. */
export function tierNeeded(
  { project, environment }: { project: string; environment: string },
  check: DraftCheck | null,
  known: EnvironmentView[],
): boolean {
  const name = environment.trim();
  if (name === "" || check === null || check.tier !== null) return false;
  return !known.some((each) => each.project === project.trim() && each.name === name);
}

export function problemsOf(draft: Draft, known: EnvironmentView[], withValues: boolean): Problems {
  const found = missing(draft, known, withValues);
  for (const { place, text } of draft.check?.problems ?? []) found[control(draft, place)] ??= text;
  return found;
}

function missing(draft: Draft, known: EnvironmentView[], withValues: boolean): Problems {
  const found: Problems = {};
  const need = (where: string, text: string, problem: string) => {
    if (text.trim() === "") found[where] = problem;
  };
  need("project", draft.project, t("edit-problem-project"));
  need("environment", draft.environment, t("edit-problem-environment"));
  need("name", draft.name, t("edit-problem-name"));
  if (tierNeeded(draft, draft.check, known)) need("tier", draft.tier, t("edit-problem-tier"));
  for (const field of draft.fields) {
    need(`field:${field.key}`, field.name, t("edit-problem-field"));
    // A value may be nothing but spaces.
    if (withValues && stored(field.value) === "")
      found[`value:${field.key}`] = t("edit-problem-value");
  }
  return found;
}

function control(draft: Draft, place: DraftPlace): string {
  if (typeof place === "string") return place;
  if ("allowed_ip" in place) return "allowed_ip";
  return "field_name" in place
    ? `field:${draft.fields[place.field_name]?.key}`
    : `variable:${draft.fields[place.variable]?.key}`;
}
