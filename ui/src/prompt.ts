// The prompt window's entry: a separate process in which passwords are typed.

import { mount } from "svelte";
import Prompt from "./prompt/Prompt.svelte";
import "$lib/styles/fonts.css";
import "$lib/styles/tokens.css";
import "$lib/styles/base.css";
import "./prompt/print.css";
import { markLanguage } from "$lib/messages";

markLanguage();

const target = document.getElementById("app");
if (target !== null) mount(Prompt, { target });
