// Hints where the window's way out is another one than the terminal's.
// `null`: no hint. A code that is not here keeps the hint it came with.

export const errorHints: Partial<Record<string, string | null>> = {
  locked: "Unlock it to go on",
  no_vault: "Create one first",
  older_copy: "If you restored it on purpose, you can open it all the same",
  password_needed: "It makes the vault less safe, so its owner is asked",
  no_clipboard: "A clipboard needs a desktop session",
  field_needed: "Choose the field to copy",
  no_credential: "It may have been removed or renamed meanwhile",
  no_project: "It may have been renamed meanwhile",
  no_environment: "It may have been renamed meanwhile",
  no_version: null,
  exists: "Choose another name, or give the existing key a new value",
  variable_taken: "Choose another variable, or leave it empty",
  changed: "Look at it again and repeat the change",
  revoked: "Give it a new value first",
  expired: "Give it a new value, or let expired keys pass in Settings",
  loader_variable: "Choose another variable",
  tier_needed: "Say how close to production it is",
  tier_refused: null,
  agent_running: "Close the other one first",
  no_agent: "Reinstall Keyhaven if this stays so",
  agent_version: "Lock the vault and try again",
  broken_agent: null,
  defect: "Please report what you did; never send a value",
};
