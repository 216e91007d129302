// Commands of a fake, by the names and types of the real ones.

import type { Invoke } from "../generated-window";

type Shape<Commands> = Record<keyof Commands, { arguments: unknown; answer: unknown }>;

/** A function for each command; one that is missing, or of another type, does not compile. */
export type Handlers<Commands extends Shape<Commands>> = {
  [K in keyof Commands]: (
    args: Commands[K]["arguments"],
  ) => Commands[K]["answer"] | Promise<Commands[K]["answer"]>;
};

/** Calls them as the page calls Rust. */
export function invoking<Commands extends Shape<Commands>>(
  handlers: Handlers<Commands>,
): Invoke<Commands> {
  return async (command, args) => handlers[command](args);
}
