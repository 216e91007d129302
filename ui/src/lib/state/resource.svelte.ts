// What a component fetches: again when a dependency changes and on reload.
// Only the answer to the latest call counts; a late answer to an earlier one is dropped.

import { untrack } from "svelte";
import { type Failure, failureOf } from "$lib/ipc/failure";

export interface Resource<T> {
  /** A failure outweighs an older value; an older value stays while a new one loads. */
  readonly state: "loading" | "error" | "ready";
  /** The last answer, also while a newer one loads or has failed. */
  readonly value: T | null;
  readonly failure: Failure | null;
  reload(): Promise<void>;
}

interface Options {
  /** Milliseconds without a change before it loads; 0 loads at once. */
  delay?: number;
}

/**
 * Calls `load` with the dependencies at the start and after each change of them, while they are
 * not null. Belongs to the component that is being initialised, and ends with it.
 */
export function resource<D, T>(
  dependencies: () => D | null,
  load: (dependencies: D) => Promise<T>,
  { delay = 0 }: Options = {},
): Resource<T> {
  let value = $state.raw<T | null>(null);
  let failure = $state.raw<Failure | null>(null);
  let loaded = $state(false);
  let latest = 0;

  async function run(on: D): Promise<void> {
    const mine = ++latest;
    try {
      const answer = await load(on);
      if (mine !== latest) return;
      value = answer;
      failure = null;
      loaded = true;
    } catch (thrown) {
      if (mine === latest) failure = failureOf(thrown);
    }
  }

  $effect(() => {
    const on = dependencies();
    if (on === null) return;
    if (delay === 0) untrack(() => void run(on));
    const soon = delay === 0 ? undefined : setTimeout(() => void run(on), delay);
    return () => {
      clearTimeout(soon);
      latest++;
    };
  });

  return {
    get state() {
      if (failure !== null) return "error";
      return loaded ? "ready" : "loading";
    },
    get value() {
      return value;
    },
    get failure() {
      return failure;
    },
    async reload() {
      const on = untrack(dependencies);
      if (on !== null) await run(on);
    },
  };
}
