// What jsdom lacks and the views need.

import { vi } from "vitest";

class SilentResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

vi.stubGlobal("ResizeObserver", SilentResizeObserver);
Element.prototype.scrollIntoView = () => {};
Element.prototype.scrollTo = () => {};
Element.prototype.animate = () =>
  ({ finished: Promise.resolve(), cancel() {}, onfinish: null }) as unknown as Animation;
Element.prototype.hasPointerCapture = () => false;
