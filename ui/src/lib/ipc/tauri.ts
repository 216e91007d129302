// The bridge to the Rust side: the only importer of @tauri-apps in the front end.

import { invoke } from "@tauri-apps/api/core";
import { type EventCallback, listen } from "@tauri-apps/api/event";
import type { Backend, PromptBackend, RevealBackend } from "./backend";

const on = <T>(name: string, handler: EventCallback<T>) => listen<T>(name, handler);

export const backend: Backend = {
  query: (name, request) => invoke("query", { request: { [name]: request } }),
  addCredential: (request) => invoke("add_credential", { request }),
  setValues: (request) => invoke("set_values", { request }),
  configure: (settings) => invoke("configure", { settings }),
  recognise: (value, variable) => invoke("recognise", { value, variable }),
  providers: () => invoke("providers"),
  importChoose: () => invoke("import_choose"),
  importPreview: (plan) => invoke("import_preview", { ...plan }),
  importApply: (plan) => invoke("import_apply", { ...plan }),
  importDiscard: (id) => invoke("import_discard", { id }),
  openPrompt: (kind) => invoke("open_prompt", { kind }),
  openReveal: (credential, field) => invoke("open_reveal", { credential, field }),
  restoreBackup: (file) => invoke("restore_backup", { file }),
  launchStart: (wanted) => invoke("launch_start", { wanted }),
  launchAgain: (id) => invoke("launch_again", { id }),
  launchTerminal: (wanted) => invoke("launch_terminal", { wanted }),
  launches: () => invoke("launches"),
  launchOutput: (id, from) => invoke("launch_output", { id, from }),
  launchSuggestions: (directory) => invoke("launch_suggestions", { directory }),
  saveProfile: (draft) => invoke("save_profile", { draft }),
  pinnedProfiles: () => invoke("pinned_profiles"),
  pinProfile: (id, on) => invoke("pin_profile", { id, on }),
  launchStop: (id) => invoke("launch_stop", { id }),
  chooseDirectory: () => invoke("choose_directory"),
  doctor: () => invoke("doctor"),
  preferences: () => invoke("preferences"),
  setPreferences: (preferences) => invoke("set_preferences", { preferences }),
  onEvent: (handler) => on("keyhaven-event", (event) => handler(event.payload as never)),
  onLaunches: (handler) => on("keyhaven-launches", () => handler()),
  onOutput: (handler) =>
    on<{ id: number }>("keyhaven-output", (event) => handler(event.payload.id)),
  onOpen: (handler) => on<{ id: string }>("keyhaven-open", (event) => handler(event.payload.id)),
};

export const promptBackend: PromptBackend = {
  start: () => invoke("prompt_start"),
  ready: () => invoke("prompt_ready"),
  strength: (password) => invoke("password_strength", { password }),
  unlock: (password, acceptOlder) => invoke("prompt_unlock", { password, acceptOlder }),
  create: (password) => invoke("prompt_create", { password }),
  configure: (password) => invoke("prompt_configure", { password }),
  login: () => invoke("prompt_login"),
  recover: (recoveryKey, acceptOlder) => invoke("prompt_recover", { recoveryKey, acceptOlder }),
  password: (old, recovery, password) => invoke("prompt_password", { old, recovery, password }),
  recoveryKey: (password) => invoke("prompt_recovery_key", { password }),
  rekey: (old, recovery, password) => invoke("prompt_rekey", { old, recovery, password }),
  restore: (password) => invoke("prompt_restore", { password }),
  progress: () => invoke("prompt_progress"),
  finish: () => invoke("prompt_finish"),
  cancel: () => invoke("prompt_cancel"),
};

export const revealBackend: RevealBackend = {
  start: () => invoke("reveal_start"),
  value: () => invoke("reveal_value"),
  leave: () => invoke("reveal_leave"),
};
