// The actions of the audit log, as the log names them.

import type { AuditEntryView } from "$lib/ipc/generated";
import { t } from "$lib/messages";

export const ACTIONS = [
  "vault.create",
  "vault.unlock",
  "vault.unlock_recovery",
  "vault.unlock_login",
  "vault.login_on",
  "vault.login_off",
  "vault.old_copy",
  "vault.last_seen_lost",
  "vault.migrate",
  "vault.unclean_stop",
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
  "credential.check",
  "rotation.start",
  "rotation.promote",
  "rotation.finish",
  "rotation.abort",
  "rotation.undo",
  "rotation.create",
  "rotation.revoke",
  "rotation.halt",
  "rotation.drop",
  "import.apply",
  "environment.tier",
  "environment.remove",
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
  "refused.password",
  "refused.tier",
  "refused.untrusted",
  "refused.expired",
  "refused.revoked",
  "refused.scope",
  "refused.variable",
] as const;

type AuditAction = (typeof ACTIONS)[number];
// Ids of messages hold no dots.
type Dashed<Name> = Name extends `${infer Group}.${infer Rest}` ? `${Group}-${Rest}` : never;

const isAction = (text: string): text is AuditAction => ACTIONS.some((each) => each === text);

/** The text of an action; one that this program does not know is shown by its name. */
export function actionLabel(action: string): string {
  if (!isAction(action)) return action;
  const name = action.replace(".", "-") as Dashed<AuditAction>;
  return t(`activity-did-${name}`);
}

/** What an entry is about: keys, or else a profile, a file or a variable. */
export function subjects({ credentials, detail }: AuditEntryView): string[] {
  if (credentials.length > 0) return credentials;
  const other = detail["profile"] ?? detail["path"] ?? detail["file"] ?? detail["variable"];
  return other === undefined ? [] : [other];
}
