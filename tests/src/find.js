// Body of a function(role, name): the first visible element of that role whose
// accessible name is `name`, else whose name begins with it; null if none.
// Names follow the order of the accname standard, as far as the window needs.
const [role, name] = arguments;

const selectors = {
  button: "button, summary, input[type=submit], input[type=button], [role=button]",
  textbox: "input:not([type]), input[type=text], input[type=password], input[type=search], input[type=number], input[type=date], input[type=email], input[type=url], textarea, [role=textbox], [role=searchbox], [role=spinbutton]",
  checkbox: "input[type=checkbox], [role=checkbox], [role=switch]",
  combobox: "select, [role=combobox]",
  link: "a[href], [role=link]",
  heading: "h1, h2, h3, h4, h5, h6, [role=heading]",
  option: "option, [role=option]",
};

const words = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const visible = (element) =>
  element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";

function nameOf(element) {
  const labelledBy = element.getAttribute("aria-labelledby");
  if (labelledBy) {
    const parts = labelledBy.split(/\s+/).map((id) => document.getElementById(id)?.textContent);
    return words(parts.join(" "));
  }
  const own = words(element.getAttribute("aria-label"));
  if (own) return own;
  if (element.labels?.length) return words([...element.labels].map((l) => l.textContent).join(" "));
  if (!element.matches("input, textarea, select")) {
    const text = words(element.innerText);
    if (text) return text;
  }
  return words(element.title) || words(element.placeholder) || words(element.value);
}

const found = (scope) => {
  const all = [...scope.querySelectorAll(selectors[role] ?? `[role="${role}"]`)].filter(visible);
  return (
    all.find((element) => nameOf(element) === name) ??
    all.find((element) => nameOf(element).startsWith(name))
  );
};
// What a dialog covers cannot be reached; what it opens is next to it.
const dialog = [...document.querySelectorAll("[role=dialog], [role=alertdialog]")].findLast(visible);
return (dialog && found(dialog)) ?? found(document) ?? null;
