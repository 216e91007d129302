// The actions of the audit log, as the log names them.

import { t } from "$lib/messages";

export const ACTIONS = [
  "vault.create",
  "vault.unlock",
  "vault.unlock_recovery",
  "vault.unlock_login",
  "vault.login_on",
  "vault.login_off",
  "vault.old_copy",
  "vault.migrate",
  "vault.lock",
  "vault.password",
  "vault.recovery_key",
  "vault.rekey",
  "vault.salvage",
  "audit.cut",
  "backup.write",
  "backup.restore",
  "credential.add",
  "credential.set",
  "credential.edit",
  "credential.rename",
  "credential.move",
  "credential.remove",
  "credential.restore",
  "credential.erase",
  "credential.rollback",
  "credential.revoke",
  "credential.snooze",
  "import.apply",
  "environment.tier",
  "settings.change",
  "file.allow",
  "file.deny",
  "profile.add",
  "profile.edit",
  "profile.remove",
  "use.launch",
  "use.launch_failed",
  "use.show",
  "use.copy",
  "use.export",
] as const;

type Action = (typeof ACTIONS)[number];
// Ids of messages hold no dots.
type Dashed<Name> = Name extends `${infer Group}.${infer Rest}` ? `${Group}-${Rest}` : never;

const isAction = (text: string): text is Action => ACTIONS.some((each) => each === text);

/** The text of an action; one that this program does not know is shown by its name. */
export function actionLabel(action: string): string {
  if (!isAction(action)) return action;
  const name = action.replace(".", "-") as Dashed<Action>;
  return t(`activity-did-${name}`);
}
