// The present, updated twice a minute while the window is visible. Relative dates follow it.

const EVERY_MS = 30_000;

export class Clock {
  now = $state.raw(new Date());
  readonly #listeners = new Set<() => void>();
  readonly #timer = setInterval(() => this.#tick(), EVERY_MS);
  readonly #onVisible = () => this.#tick();

  constructor() {
    document.addEventListener("visibilitychange", this.#onVisible);
  }

  /** Calls back at each tick, until the returned function is called. */
  onTick(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops the timer and all callbacks. */
  dispose(): void {
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#onVisible);
    this.#listeners.clear();
  }

  #tick(): void {
    if (document.hidden) return;
    this.now = new Date();
    for (const listener of this.#listeners) listener();
  }
}

/** The clock of the window; it lives as long as the page. */
export const clock = new Clock();
