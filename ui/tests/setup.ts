// What jsdom lacks and the views need, and the moment at which every test runs.

import { configure } from "@testing-library/svelte";
import { beforeEach, vi } from "vitest";
import { PRESENT } from "./present";

class SilentResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

// What a module reads while it is loaded, and what each test reads.
vi.setSystemTime(PRESENT);
beforeEach(() => void vi.setSystemTime(PRESENT));

// Reached only by a test that fails: a busy machine draws late.
configure({ asyncUtilTimeout: 20_000 });

vi.stubGlobal("ResizeObserver", SilentResizeObserver);
Element.prototype.scrollIntoView = () => {};
Element.prototype.scrollTo = () => {};
Element.prototype.animate = () =>
  ({ finished: Promise.resolve(), cancel() {}, onfinish: null }) as unknown as Animation;
Element.prototype.hasPointerCapture = () => false;
