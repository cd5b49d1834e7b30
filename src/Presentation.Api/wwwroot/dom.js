// Elements without a framework: text is always text, and only markdown.js ever turns a string into markup.

const attributes = new Set(["for", "role", "type", "name", "placeholder", "autocomplete", "href", "title", "rows", "min", "max", "step", "tabindex", "maxlength"]);

/** h("p", { class: "note", onclick, "aria-label": "…", "data-testid": "…" }, "text", element, null) */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (attributes.has(name) || name.includes("-")) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

const shapes = {
  menu: "M4 7h16M4 12h16M4 17h16",
  plus: "M12 5v14M5 12h14",
  more: "M5.500 12h.01M12 12h.01M18.500 12h.01",
  send: "M12 19V6M6 11.500 12 5.500l6 6",
  stop: "M8 8h8v8H8z",
  copy: "M9 9h10v10H9zM15 5H5v10",
  check: "M5 12.500l4.500 4.500L19 7.500",
  again: "M19 12a7 7 0 1 1-2.200-5.100M19 4v4h-4",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  onward: "M5 12h13M13 7l5 5-5 5",
  left: "M14 7l-5 5 5 5",
  right: "M10 7l5 5-5 5",
  down: "M12 5v13M6 12.500l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  tune: "M4 8h9M17 8h3M4 16h3M11 16h9M15 6v4M9 14v4",
};

/** One stroke icon; it is decoration, so its button carries the label. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}

export function iconButton(shape, label, onclick, testId) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, "data-testid": testId, onclick }, icon(shape));
}

export function announce(text) {
  document.getElementById("announce").textContent = text;
}

/** True when the text is on the clipboard. The older way serves pages over plain http on the home network. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "unseen", value: text, "aria-hidden": "true" });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** A copy button that says what happened. */
export function copyButton(textOf, label = "Copy", testId = "copy") {
  const button = iconButton("copy", label, async () => {
    const done = await copyText(textOf());
    button.replaceChildren(icon(done ? "check" : "close"));
    announce(done ? "Copied." : "The browser refused to copy.");
    setTimeout(() => button.replaceChildren(icon("copy")), 1500);
  }, testId);
  return button;
}
