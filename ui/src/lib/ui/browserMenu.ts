// The browser's own menu offers to reload or leave the page. In a field it pastes, which stays.

const FIELDS = 'input:not([type="checkbox"], [type="radio"]), textarea';

export function keepBrowserMenuToFields(event: Event): void {
  const { target } = event;
  if (target instanceof Element && target.closest(FIELDS) !== null) return;
  event.preventDefault();
}
