// The reference by which files and commands name a key.

import type { CredentialRow } from "$lib/ipc/generated";

type Named = Pick<CredentialRow, "project" | "environment" | "name">;

/** As the protocol writes it: what is not a letter, a digit or one of `._-` is encoded. */
const encoded = (part: string) =>
  encodeURIComponent(part).replace(
    /[!'()*~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const referenceOf = ({ project, environment, name }: Named): string =>
  `kh://${[project, environment, name].map(encoded).join("/")}`;
