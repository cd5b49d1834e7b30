// Pieces of the account pages: cards that load themselves, times, and what is shown once.
import { copyButton, h } from "./dom.js";

/** A card that fills itself, says when it cannot, and offers to try again. */
export function section(title, testId, fill) {
  const heading = h("h2", { tabindex: -1 }, title);
  const body = h("div", { class: "section-body" }, h("p", { class: "hint" }, "Loading…"));
  const load = async () => {
    let content;
    try {
      content = [await fill(load)].flat().filter(Boolean);
    } catch (error) {
      content = [h("p", { class: "fault", role: "alert" }, error.message, " ",
        h("button", { type: "button", class: "link", onclick: load }, "Try again"))];
    }
    keepFocus(body, heading, () => body.replaceChildren(...content));
  };
  load();
  return h("section", { class: "card", "data-testid": testId }, heading, body);
}

// Whoever is in a card that is drawn anew is at the control of the same name again, or at the card's heading: of several of one name
// another might be somebody else's.
function keepFocus(body, heading, draw) {
  const focused = body.contains(document.activeElement) && document.activeElement;
  const before = focused && named(body, nameOf(focused));
  draw();
  if (!focused || body.contains(document.activeElement)) return;
  const after = named(body, nameOf(focused));
  (before.length === 1 && after.length === 1 ? after[0] : heading).focus();
}

const nameOf = control => control.id || control.getAttribute("aria-label") || control.textContent;

const named = (body, name) => [...body.querySelectorAll("a, button, input, select, textarea")].filter(control => nameOf(control) === name);

export const day = time => new Date(time).toLocaleDateString(undefined, { dateStyle: "medium" });

export const moment = time => new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Something that is shown once, to be copied. */
export function secret(sentence, text) {
  return h("div", { class: "secret" }, h("p", { class: "hint" }, sentence),
    h("div", { class: "secret-line" }, h("code", { "data-testid": "secret" }, text), copyButton(() => text)));
}
