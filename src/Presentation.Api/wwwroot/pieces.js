// Small things that stand in a conversation beside its messages.
import { h } from "./dom.js";

export const plainView = sentence => h("p", { class: "plain-state", role: "status", "data-testid": "state" }, sentence);

/** What was written, before the server has taken it. */
export const pendingView = text =>
  h("article", { class: "message user pending", "aria-label": "You, being sent", "data-testid": "pending" }, h("div", { class: "said", dir: "auto" }, text));

/** A turn without an answer. */
export const failureView = (sentence, again) =>
  h("div", { class: "failure", "data-testid": "failure" }, h("p", {}, sentence),
    again && h("button", { type: "button", class: "quiet", "data-testid": "try-again", "data-turn": "", onclick: again }, "Try again"));

export function editForm(text, { save, cancel }) {
  const box = h("textarea", { dir: "auto", "aria-label": "Your message", value: text, rows: Math.min(12, text.split("\n").length + 1), "data-testid": "edit-box" });
  const submit = event => {
    event.preventDefault();
    if (box.value.trim()) save(box.value.trim());
  };
  return h("form", {
    class: "message edit",
    onsubmit: submit,
    onkeydown: event => {
      if (event.key === "Escape") cancel();
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
    },
  }, box, h("div", { class: "dialog-actions" },
    h("button", { type: "button", class: "quiet", onclick: cancel }, "Cancel"),
    h("button", { type: "submit", class: "primary", "data-testid": "edit-save" }, "Ask again")));
}
