import { Count, count } from "../plural";

export const prompt = {
  unlockTitle: (vault: string) => `Unlock ${vault}`,
  due: (overdue: number, week: number) => {
    if (overdue > 0) return `${Count(overdue, "key is", "keys are")} overdue`;
    if (week > 0) return `${Count(week, "key is", "keys are")} due this week`;
    return "Nothing is due this week";
  },
  password: "Master password",
  passwordAgain: "The same again",
  capsLock: "Caps lock is on",
  unlock: "Unlock",
  unlocking: "Unlocking…",
  older: "Open it all the same",
  useLogin: "Unlock with your login",
  useRecovery: "Use the recovery key",
  usePassword: "Use the master password",
  createTitle: "Choose a master password",
  createText:
    "It opens the vault and is stored nowhere. Several unrelated words are easy to remember and hard to guess.",
  create: "Create the vault",
  creating: "Creating…",
  show: "Show the password",
  hide: "Hide the password",
  strength: "Strength",
  scores: ["Very weak", "Weak", "Fair", "Good", "Strong"] as const,
  crack: (time: string) => `To guess it: ${time}`,
  tooShort: (minimum: number) => `At least ${count(minimum, "character")}`,
  different: "The two are not the same",
  recoveryTitle: "Your recovery key",
  recoveryText:
    "The only way in when the password is forgotten. It is shown this once: print it or write it down, and keep it away from this computer.",
  recoveryLabel: "Recovery key",
  group: (number: number, text: string) => `Group ${number}: ${text}`,
  print: "Print",
  saved: "I have saved it",
  finish: "Open the vault",
  done: "Done",
  newMaster: {
    title: "Change the master password",
    text: "The old one still opens old copies of the vault and backups. A new vault key ends that: see Settings.",
    action: "Change it",
    working: "Changing…",
  },
  rekey: {
    title: "Encrypt everything under a new key",
    text: "A backup is made first. The old password and the old recovery key then open nothing but backups of before; a new recovery key is shown.",
    action: "Make a new key",
    working: "Encrypting…",
  },
  rekeyed: (copies: number) => {
    const old =
      copies > 0
        ? ` ${Count(copies, "copy", "copies")} beside the vault, made for a backup or by a restore, ${copies === 1 ? "stays" : "stay"} under the old one: delete what you do not need.`
        : "";
    return `Everything is encrypted under a new key.${old}`;
  },
  progress: "How far it is",
  oldPassword: "Old master password",
  newPassword: "New master password",
  newRecoveryTitle: "Make a new recovery key?",
  newRecoveryText: "The one you have saved opens nothing any more then.",
  newRecovery: "Make it",
  restoreTitle: "Restore this backup?",
  restoreMade: (day: string, keys: number) => `Made on ${day}, with ${count(keys, "key")}.`,
  restorePassword: "Master password of that time",
  restore: "Restore it",
  restoring: "Checking and restoring…",
  restored: (check: number, missing: number) => {
    const changed =
      check > 0
        ? ` ${Count(check, "key has", "keys have")} changed since and now ${check === 1 ? "has" : "have"} the tag check.`
        : "";
    const later =
      missing > 0
        ? ` ${Count(missing, "key")} came later and ${missing === 1 ? "is" : "are"} not in it.`
        : "";
    return `The backup is restored.${changed}${later}`;
  },
  sheetTitle: "Keyhaven recovery key",
  sheetVault: "Vault",
  sheetDate: "Created",
  sheetText:
    "Whoever holds this sheet and the vault's files can open the vault. To use it: `kh unlock --recovery`",
  configureTitle: "Change these settings?",
  configureText: "They make the vault less safe, so its owner is asked.",
  confirm: "Change them",
  confirming: "Checking…",
  cancel: "Cancel",
};
