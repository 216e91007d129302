// What the window shows: the view, the location in the tree, the chosen key, the open dialog.

import type { EnvironmentView, ProfileView } from "$lib/ipc/generated";
import type { ChosenDirectory, ProfileDraft } from "$lib/ipc/generated-window";
import type { KeyLocation } from "$lib/keys/filter";
import { focus } from "./focus";

const FIRST = "overview";

export type DialogName =
  | { kind: "add"; location: KeyLocation }
  | { kind: "edit"; id: string }
  | { kind: "set"; id: string }
  | { kind: "import"; location: KeyLocation }
  | { kind: "trash" }
  | {
      kind: "profile";
      view: ProfileView | null;
      draft: ProfileDraft;
      directory?: ChosenDirectory | null;
    }
  | { kind: "help" }
  | { kind: "palette" };

class Navigation {
  /** The id of one of the views in views.ts. */
  view = $state(FIRST);
  location = $state.raw<KeyLocation>({ project: null, environment: null });
  selected = $state<string | null>(null);
  filter = $state("");
  dialog = $state.raw<DialogName | null>(null);

  go(view: string): void {
    this.view = view;
  }

  /** Shows the keys of a location. */
  goTo(location: KeyLocation): void {
    this.location = location;
    this.filter = "";
    this.view = "keys";
  }

  /** Leaves an environment, or a project, that is no longer there. */
  leaveMissing(environments: EnvironmentView[]): void {
    const { project, environment } = this.location;
    if (project === null) return;
    const own = environments.filter((each) => each.project === project);
    if (own.length === 0) this.location = { project: null, environment: null };
    else if (environment !== null && !own.some((each) => each.name === environment))
      this.location = { project, environment: null };
  }

  /** Shows one key, wherever it is, with the focus on its row: single letters act on it. */
  openKey(id: string): void {
    this.location = { project: null, environment: null };
    this.filter = "";
    this.selected = id;
    this.view = "keys";
    focus.request("keys");
  }

  askFilter(): void {
    this.view = "keys";
    focus.request("filter");
  }

  open(dialog: DialogName): void {
    this.dialog = dialog;
  }

  closeDialog(): void {
    this.dialog = null;
  }

  /** A lock clears everything of the session. */
  reset(): void {
    this.view = FIRST;
    this.location = { project: null, environment: null };
    this.selected = null;
    this.filter = "";
    this.dialog = null;
    focus.cancel();
  }
}

export const navigation = new Navigation();
