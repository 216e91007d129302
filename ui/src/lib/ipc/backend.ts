// What the page can ask of the outside. Two implementations: Tauri, and an in-memory fake for
// tests. Commands, answers and events are generated from Rust; nothing that the main window
// gets is a value of a credential.

import type { Events, MainClient, PromptClient, Queries, RevealClient } from "./generated-window";

export type QueryName = keyof Queries;
export type RequestOf<K extends QueryName> = Queries[K]["request"];
export type AnswerOf<K extends QueryName> = Queries[K]["answer"];

export type Unlisten = () => void;

/** For the main window. */
export interface Backend extends MainClient {
  query<K extends QueryName>(name: K, request: RequestOf<K>): Promise<AnswerOf<K>>;
  on<E extends keyof Events>(event: E, handler: (carried: Events[E]) => void): Promise<Unlisten>;
}

/** For the prompt process, the only place where a password is typed. */
export type PromptBackend = PromptClient;

/** For the process that shows one value, the only place where one is shown. */
export type RevealBackend = RevealClient;
