// The main window's entry.

import { mount } from "svelte";
import { backend } from "$backend";
import { applyTheme } from "$lib/state/theme";
import App from "./App.svelte";
import "$lib/styles/fonts.css";
import "$lib/styles/tokens.css";
import "$lib/styles/base.css";
import { markLanguage } from "$lib/messages";

markLanguage();

const target = document.getElementById("app");
if (target !== null) mount(App, { target });

backend.preferences().then(
  ({ theme }) => applyTheme(theme),
  () => applyTheme("system"),
);
