// The entry of the window that shows one value: a separate process, which ends afterwards.

import { mount } from "svelte";
import Reveal from "./reveal/Reveal.svelte";
import "$lib/styles/fonts.css";
import "$lib/styles/tokens.css";
import "$lib/styles/base.css";
import { markLanguage } from "$lib/messages";

markLanguage();

const target = document.getElementById("app");
if (target !== null) mount(Reveal, { target });
