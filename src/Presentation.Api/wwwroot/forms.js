// Forms that say beside each field what is wrong with it.
import * as api from "./api.js";
import { h } from "./dom.js";

/** An input with its label and a place for what is wrong. */
export function field(name, label, properties) {
  return h("div", { class: "field" },
    h("label", { for: name }, label),
    h("input", { id: name, name, required: true, "data-testid": name, "aria-describedby": `${name}-fault`, ...properties }),
    h("p", { id: `${name}-fault`, class: "fault" }));
}

/** A choice among [value, words] pairs. */
export function choice(name, label, options, chosen) {
  return h("div", { class: "field" },
    h("label", { for: name }, label),
    h("select", { id: name, name, "data-testid": name },
      options.map(([value, words]) => h("option", { value, selected: value === chosen }, words))),
    h("p", { id: `${name}-fault`, class: "fault" }));
}

/** send(values) does it; what the server finds wrong is shown at its field, anything else above the button. */
export function form(fields, action, testId, send, properties = {}) {
  const fault = h("p", { class: "fault", role: "alert", "data-testid": `${testId}-error` });
  const button = h("button", { type: "submit", class: "primary", "data-testid": `${testId}-submit` }, action);
  const element = h("form", { class: "stacked", "data-testid": testId, ...properties, onsubmit }, fields, fault, button);
  let isSending = false;

  async function onsubmit(event) {
    event.preventDefault();
    if (isSending) return;
    for (const line of element.querySelectorAll(".fault")) line.textContent = "";
    isSending = true;
    // Not disabled, which would take the focus away from it.
    button.setAttribute("aria-disabled", "true");
    try {
      await send(Object.fromEntries(new FormData(element)), element);
    } catch (error) {
      tell(error);
    } finally {
      isSending = false;
      button.removeAttribute("aria-disabled");
    }
  }

  function tell(error) {
    let first;
    for (const [name, sentences] of Object.entries(error.errors ?? {})) {
      const line = element.querySelector(`#${CSS.escape(name)}-fault`);
      if (!line) continue;
      line.textContent = [sentences].flat().join(" ");
      first ??= element.elements.namedItem(name);
    }
    if (first) first.focus();
    else if (error instanceof api.Unreachable) fault.textContent = "The server cannot be reached. Is it running?";
    else fault.textContent = error.message;
  }

  return element;
}
