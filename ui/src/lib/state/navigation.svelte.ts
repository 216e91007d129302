// Where the person is: the view, the location in the tree, the chosen key, the open dialog.

import type { Directory, ProfileDraft } from "$lib/ipc/backend";
import type { ProfileView } from "$lib/ipc/generated";
import type { KeyLocation } from "$lib/keys/filter";

export type View = "overview" | "keys" | "launch" | "activity" | "settings";

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
      directory?: Directory | null;
    }
  | { kind: "palette" };

class Navigation {
  view = $state<View>("overview");
  location = $state.raw<KeyLocation>({ project: null, environment: null });
  selected = $state<string | null>(null);
  filter = $state("");
  dialog = $state.raw<DialogName | null>(null);
  /** The keyboard asked for the filter field; whoever has it takes the focus. */
  filterAsked = $state(false);

  go(view: View): void {
    this.view = view;
  }

  /** Shows the keys of a location. */
  goTo(location: KeyLocation): void {
    this.location = location;
    this.filter = "";
    this.view = "keys";
  }

  /** Shows one key, wherever it lives. */
  openKey(id: string): void {
    this.location = { project: null, environment: null };
    this.filter = "";
    this.selected = id;
    this.view = "keys";
  }

  askFilter(): void {
    this.view = "keys";
    this.filterAsked = true;
  }

  open(dialog: DialogName): void {
    this.dialog = dialog;
  }

  closeDialog(): void {
    this.dialog = null;
  }

  /** After a lock nothing of the session stays. */
  reset(): void {
    this.view = "overview";
    this.location = { project: null, environment: null };
    this.selected = null;
    this.filter = "";
    this.dialog = null;
  }
}

export const navigation = new Navigation();
