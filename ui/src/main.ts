// The main window's entry.

import { mount } from "svelte";
import { preferences } from "$lib/state/preferences.svelte";
import App from "./App.svelte";
import "$lib/styles/fonts.css";
import "$lib/styles/tokens.css";
import "$lib/styles/base.css";
import { markLanguage } from "$lib/messages";

markLanguage();

const target = document.getElementById("app");
if (target !== null) mount(App, { target });
void preferences.load();
