// The English catalogue: every text of the product is below ./en, and nowhere else.

import { common } from "./en/common";
import { activity, launch, profiles, settings } from "./en/control";
import { words } from "./en/dates";
import { edit, imports } from "./en/entry";
import { errorHints } from "./en/errors";
import { keys, overview, palette } from "./en/keys";
import { prompt } from "./en/prompt";
import { reveal } from "./en/reveal";
import { shell, start } from "./en/shell";
import { trash } from "./en/trash";

export { errorHints, words };

export const t = {
  common,
  shell,
  start,
  overview,
  keys,
  edit,
  imports,
  launch,
  profiles,
  activity,
  settings,
  palette,
  prompt,
  reveal,
  trash,
};
