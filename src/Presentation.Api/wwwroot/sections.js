// Pieces of the account pages: cards that load themselves, times, and what is shown once.
import { copyButton, h } from "./dom.js";

/** A card that fills itself, says when it cannot, and offers to try again. */
export function section(title, testId, fill) {
  const body = h("div", { class: "section-body" }, h("p", { class: "hint" }, "Loading…"));
  const load = async () => {
    try {
      body.replaceChildren(...[await fill(load)].flat().filter(Boolean));
    } catch (error) {
      body.replaceChildren(h("p", { class: "fault", role: "alert" }, error.message, " ",
        h("button", { type: "button", class: "link", onclick: load }, "Try again")));
    }
  };
  load();
  return h("section", { class: "card", "data-testid": testId }, h("h2", {}, title), body);
}

export const day = time => new Date(time).toLocaleDateString(undefined, { dateStyle: "medium" });

export const moment = time => new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Something that is shown once, to be copied. */
export function secret(sentence, text) {
  return h("div", { class: "secret" }, h("p", { class: "hint" }, sentence),
    h("div", { class: "secret-line" }, h("code", { "data-testid": "secret" }, text), copyButton(() => text)));
}
