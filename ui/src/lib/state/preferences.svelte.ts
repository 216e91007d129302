// What a person chose about the window: the theme and how large everything is.

import { backend } from "$backend";
import type { Preferences, Theme } from "$lib/ipc/generated-window";
import { applyTheme } from "./theme";
import { toasts } from "./toasts.svelte";

/** The sizes that the keys step through, in percent. */
export const ZOOMS = [80, 90, 100, 110, 125, 150, 175, 200];
const USUAL = 100;

class PreferencesState {
  #now = $state.raw<Preferences>({ theme: "system", zoom: USUAL, view: "" });

  /** Whether it is known what was chosen before. */
  loaded = $state(false);

  get theme(): Theme {
    return this.#now.theme;
  }

  get zoom(): number {
    return this.#now.zoom;
  }

  /** The view that was shown last; empty where none was. */
  get view(): string {
    return this.#now.view;
  }

  /** Fetches what was chosen before; without it everything is as usual. */
  async load(): Promise<void> {
    try {
      this.#now = await backend.preferences();
      this.loaded = true;
    } catch {
      // The window is usable without.
    }
    applyTheme(this.theme);
  }

  async choose(chosen: Partial<Preferences>): Promise<void> {
    this.#now = { ...this.#now, ...chosen };
    applyTheme(this.theme);
    try {
      await backend.setPreferences(this.#now);
    } catch (thrown) {
      toasts.failure(thrown);
    }
  }

  /** Ctrl with +, - or 0, in every state of the window. */
  handleKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const zoom = this.#stepped(event.key);
    if (zoom === null) return;
    event.preventDefault();
    if (zoom !== this.zoom) void this.choose({ zoom });
  }

  #stepped(key: string): number | null {
    if (key === "0") return USUAL;
    if (key === "+" || key === "=") return ZOOMS.find((each) => each > this.zoom) ?? this.zoom;
    if (key !== "-" && key !== "_") return null;
    return ZOOMS.findLast((each) => each < this.zoom) ?? this.zoom;
  }
}

export const preferences = new PreferencesState();
