// What the fake backend answers about protection: a fixed list.

import type { DoctorFindingView } from "../generated";

const ok = (check: string, name: string, message: string): DoctorFindingView => ({
  check,
  state: "ok",
  name,
  message,
  hint: null,
});

export const findings: DoctorFindingView[] = [
  ok("agent", "Agent", "The agent has version 0.1.0, the same as this program."),
  ok("memory", "Memory", "The vault's encryption keys are kept out of swap (32 KiB locked)."),
  ok("core files", "Core files", "The agent writes no core file."),
  ok("looks inside", "Agent memory", "Your other programs cannot read the agent's memory."),
  ok(
    "leaving",
    "Presence",
    "The vault locks before the computer sleeps, when the screen locks, when the session locks.",
  ),
  ok("notices", "Notifications", "No reminder was lost."),
  ok("database", "Database", "The database uses SQLite 3.54.0, SQLCipher 4.20.0."),
  ok(
    "password",
    "Password",
    "Each guess at the password costs 128 MiB, 3 passes, 4 lanes, 0.54 s.",
  ),
  {
    check: "swap",
    state: "note",
    name: "Swap",
    message:
      "API key values in use may be swapped to disk; the vault's encryption keys are not, if their memory is locked.",
    hint: "Use encrypted swap.",
  },
  ok("debuggers", "Debuggers", "Your programs cannot freely debug each other (ptrace_scope 1)."),
  ok("vault folder", "Vault folder", "Only you can access /home/ada/.local/share/keyhaven."),
  ok("socket folder", "Socket folder", "Only you can access /run/user/1000/keyhaven."),
  ok("socket", "Socket", "Only you can access /run/user/1000/keyhaven/3f2a.sock."),
  {
    check: "clipboard",
    state: "note",
    name: "Clipboard",
    message:
      "A copied value is cleared after a set time, but a clipboard manager may keep its own copy.",
    hint: null,
  },
];
