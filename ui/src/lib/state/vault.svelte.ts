// What the window knows of the vault: fetched at the start, again after each change,
// and dropped at once when the vault locks.

import { backend } from "$backend";
import { type Failure, failureOf } from "$lib/ipc/failure";
import type {
  CredentialRow,
  DueView,
  EnvironmentView,
  Event,
  ListRequest,
  StatusView,
} from "$lib/ipc/generated";
import type { ProviderView } from "$lib/ipc/generated-window";
import { type IndexedRow, index } from "$lib/keys/filter";
import { clock } from "./clock.svelte";
import { navigation } from "./navigation.svelte";

export const HORIZON_DAYS = 90;

export const everything: ListRequest = {
  project: null,
  environment: null,
  tag: null,
  provider: null,
  text: null,
  due: false,
  expired: false,
  unused: false,
  removed: false,
};

class VaultState {
  status = $state.raw<StatusView | null>(null);
  failure = $state.raw<Failure | null>(null);
  rows = $state.raw<CredentialRow[]>([]);
  environments = $state.raw<EnvironmentView[]>([]);
  due = $state.raw<DueView[]>([]);
  providers = $state.raw<ProviderView[]>([]);
  /** Whether the rows have been fetched since the last unlock. */
  loaded = $state(false);
  /** Unlocking found the vault damaged, and it was not restored since. */
  damaged = $state(false);
  /** Where what could be read of it was saved, until it opens again. */
  salvaged = $state<string | null>(null);
  /** Incremented by each change; resources of the views depend on it. */
  changes = $state(0);
  /** Incremented when the list of running programs changed. */
  runs = $state(0);

  readonly open = $derived(this.status?.initialised === true && !this.status.locked);
  readonly indexed: IndexedRow[] = $derived(index(this.rows, (id) => this.providerName(id)));

  #running: Promise<void> | null = null;
  #again = false;
  #fetchedOn = "";

  /** Fetches the first state and listens from then on. */
  async start(): Promise<void> {
    await Promise.all([this.refresh(), backend.on("keyhaven-event", (event) => this.#take(event))]);
    clock.onTick(() => void (this.#isOutdated() ? this.refresh() : this.#refreshStatus()));
    // Some uses outside this window, such as a value shown in a terminal, send no event.
    window.addEventListener("focus", () => this.open && void this.refresh());
  }

  providerName(id: string): string {
    return this.providers.find((provider) => provider.id === id)?.name ?? id;
  }

  /** Fetches everything again; calls made during a fetch are answered by one more fetch. */
  refresh(): Promise<void> {
    if (this.#running !== null) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#fetch().finally(() => {
      this.#running = null;
      if (this.#again) {
        this.#again = false;
        void this.refresh();
      }
    });
    return this.#running;
  }

  async lock(): Promise<void> {
    await backend.query("lock", {});
    this.#forget();
    await this.#refreshStatus();
  }

  async #fetch(): Promise<void> {
    try {
      const status = await backend.query("status", {});
      if (!status.initialised || status.locked) this.#forget();
      else await this.#fetchRows();
      if (this.loaded) {
        this.damaged = false;
        this.salvaged = null;
      }
      this.status = status;
      this.failure = null;
    } catch (thrown) {
      this.failure = failureOf(thrown);
      if (this.failure.code === "locked") await this.#refreshStatus();
    }
  }

  /** Whether other words say how far away a date is: at the latest on the next day. */
  #isOutdated(): boolean {
    if (!this.open || !this.loaded) return false;
    const now = clock.now.getTime();
    const isNewDay = this.#fetchedOn !== clock.now.toDateString();
    return isNewDay || this.due.some((each) => Date.parse(each.words_until) <= now);
  }

  async #fetchRows(): Promise<void> {
    const day = new Date().toDateString();
    const [rows, environments, due, providers] = await Promise.all([
      backend.query("list", everything),
      backend.query("environments", {}),
      backend.query("due", { within_days: HORIZON_DAYS }),
      this.providers.length > 0 ? this.providers : backend.providers(),
    ]);
    this.rows = rows;
    this.environments = environments;
    navigation.leaveMissing(environments);
    this.due = due;
    this.providers = providers;
    this.loaded = true;
    this.#fetchedOn = day;
    this.changes++;
  }

  async #refreshStatus(): Promise<void> {
    try {
      const status = await backend.query("status", {});
      const opened = status.initialised && !status.locked;
      if (!opened) this.#forget();
      this.status = status;
      if (opened && !this.loaded) await this.refresh();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  #take(event: Event): void {
    switch (event.event) {
      case "locked":
        this.#forget();
        void this.#refreshStatus();
        break;
      case "running":
        // A program received keys or has ended, which changes when they were last used.
        this.runs++;
        void this.refresh();
        break;
      default:
        void this.refresh();
    }
  }

  #forget(): void {
    this.rows = [];
    this.environments = [];
    this.due = [];
    this.loaded = false;
    if (this.status !== null) this.status = { ...this.status, locked: true };
    navigation.reset();
  }
}

export const vault = new VaultState();
