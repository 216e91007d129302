// Copies what is no secret: the reference by which files and commands name a key, or its page.

import type { CredentialRow } from "$lib/ipc/generated";
import { t } from "$lib/messages";
import { toasts } from "./toasts.svelte";

type Named = Pick<CredentialRow, "project" | "environment" | "name">;

/** As the protocol writes it: what is not a letter, a digit or one of `._-` is encoded. */
const encoded = (part: string) =>
  encodeURIComponent(part).replace(
    /[!'()*~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const referenceOf = ({ project, environment, name }: Named): string =>
  `kh://${[project, environment, name].map(encoded).join("/")}`;

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.success(t("keys-text-copied", { text }));
  } catch (thrown) {
    toasts.failure(thrown);
  }
}
