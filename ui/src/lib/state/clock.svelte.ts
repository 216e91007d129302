// The present, told twice a minute while somebody looks. Relative dates follow it.

class Clock {
  now = $state.raw(new Date());
  #listeners = new Set<() => void>();

  constructor() {
    setInterval(() => this.#tick(), 30_000);
    document.addEventListener("visibilitychange", () => this.#tick());
  }

  /** Calls back at each tick. */
  onTick(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #tick(): void {
    if (document.hidden) return;
    this.now = new Date();
    for (const listener of this.#listeners) listener();
  }
}

export const clock = new Clock();
