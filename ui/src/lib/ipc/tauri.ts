// The bridge to the Rust side: the only importer of @tauri-apps in the front end.

import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type {
  AnswerOf,
  Backend,
  PromptBackend,
  QueryName,
  RequestOf,
  RevealBackend,
} from "./backend";
import {
  type Events,
  type MainCommands,
  mainClient,
  promptClient,
  revealClient,
} from "./generated-window";

const query: keyof MainCommands = "query";

export const backend: Backend = {
  ...mainClient(invoke),
  query: <K extends QueryName>(name: K, request: RequestOf<K>) =>
    invoke<AnswerOf<K>>(query, { request: { [name]: request } }),
  on: <E extends keyof Events>(event: E, handler: (carried: Events[E]) => void) =>
    listen<Events[E]>(event, ({ payload }) => handler(payload)),
};

export const promptBackend: PromptBackend = promptClient(invoke);

export const revealBackend: RevealBackend = revealClient(invoke);
