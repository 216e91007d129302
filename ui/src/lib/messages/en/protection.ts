import type { ClipboardKind, FileRights, PresenceSignal, VaultFileKind } from "../../ipc/generated";

/** VaultFileKind is wrong with the rights of a file that others may use. */
function wrong(rights: Exclude<FileRights, "mine" | "missing">): string {
  if (rights === "link") return "is a symbolic link";
  if ("foreign" in rights) return `belongs to user ${rights.foreign}`;
  const octal = (mode: number) => mode.toString(8).padStart(3, "0");
  return `has mode ${octal(rights.open.mode)} instead of ${octal(rights.open.wanted)}`;
}

export const protection = {
  memory: "Memory",
  noKeys: "No key is in memory",
  keysLocked: (kib: number) => `Every key is kept out of swap (${kib} KiB locked)`,
  keysSwapped: (kib: number) => `Keys may be swapped to disk: the limit is ${kib} KiB`,
  keysSwappedHint: "Raise it with ulimit -l, or LimitMEMLOCK= of the agent's unit",
  inside: "Looks inside",
  closed: "Other programs of yours cannot read the agent's memory, and it leaves no core file",
  open: "Other programs of yours can read the agent's memory",
  coreFiles: "The agent may leave a core file",
  restartHint: "Restart it: `kh agent restart`",
  leaving: "When you leave",
  deaf: "VaultFileKind listens for sleep and a locked screen ended again and again: the vault locks by time alone",
  deafHint: "Lock and unlock the vault to listen again",
  byTimeAlone: "Neither sleep nor a screen lock is heard: the vault locks by time alone",
  byTimeAloneHint: "This desktop may not say so, or it is switched off above",
  ways: {
    sleep: "before the machine sleeps",
    late_sleep: "while the machine goes to sleep",
    screen: "with the screen",
    session: "with the session",
  } satisfies Record<PresenceSignal, string>,
  locks: (ways: string[]) => `The vault locks ${ways.join(", ")}`,
  notices: "Notices",
  noticesWork: "No reminder went astray",
  noticesLost: "No notification service took the last reminder",
  noticesHint: "The overview lists what is due",
  database: "Database",
  versions: (sqlite: string, sqlcipher: string | null) =>
    sqlcipher === null ? `SQLite ${sqlite}` : `SQLite ${sqlite}, SQLCipher ${sqlcipher}`,
  states: { ok: "protects", warning: "look at this", note: "to know" },
  swap: "Swap",
  noSwap: "This machine has none",
  swapHolds: "Values in use may reach it for a moment; keys do not where memory is locked",
  swapHint: "An encrypted swap forgets them",
  debuggers: "Debuggers",
  debugged:
    "Your programs may debug one another: those you give keys to can be read, and so can the page of a prompt while it is open",
  debuggedHint: "Only parents may do so after: `sysctl kernel.yama.ptrace_scope=1`",
  notDebugged: (scope: string) =>
    `Your programs may not debug one another at will (ptrace_scope ${scope})`,
  files: {
    vault_folder: "Vault folder",
    socket_folder: "Socket folder",
    socket: "Socket",
  } satisfies Record<VaultFileKind, string>,
  mine: (path: string) => `${path} is yours alone`,
  missing: (path: string) => `${path} is not there yet`,
  shared: (path: string, rights: Exclude<FileRights, "mine" | "missing">) =>
    `${path} ${wrong(rights)}`,
  rightsHint: "See chown, and chmod 700 for folders or 600 for files",
  clipboard: "ClipboardKind",
  copies: {
    none: "No display here: nothing can be copied",
    x11: "A copy is given up in time; a clipboard manager may keep its own",
    wayland: "A copy is given up in time; where the compositor has no data control, X11's is used",
  } satisfies Record<ClipboardKind, string>,
  more: "The same at a terminal: `kh doctor`",
};
