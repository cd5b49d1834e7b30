// The messages that are being said differently, each with its form: it stands in the message's place until it is asked or cancelled.
import { editForm } from "./pieces.js";

export class Edits {
  #forms = new Map();

  /** on: { ask(message, text), cancelled(message) } */
  constructor(unsent, on) {
    this.unsent = unsent;
    this.on = on;
  }

  /** The message's form, if there is one. An edit that was begun before the page was loaded anew is open again. */
  of(message) {
    const begun = message.role === "user" && !this.#forms.has(message.id) && this.unsent.edit(message.id);
    if (begun) this.open(message, begun);
    return this.#forms.get(message.id);
  }

  open(message, text = message.text) {
    const form = editForm(text, {
      cancel: () => {
        this.close(message);
        this.on.cancelled(message);
      },
      save: text => this.on.ask(message, text),
    });
    form.addEventListener("input", event => this.unsent.keepEdit(message.id, event.target.value));
    form.querySelector("[type=submit]").dataset.turn = "";
    this.#forms.set(message.id, form);
  }

  close(message) {
    this.#forms.delete(message.id);
    this.unsent.keepEdit(message.id, null);
  }

  focus(message) {
    this.#forms.get(message.id)?.querySelector("textarea").focus();
  }

  /** Takes them all away, and gives back what was written in them. */
  take() {
    const written = [...this.#forms.values()].map(form => form.querySelector("textarea").value);
    for (const id of [...this.#forms.keys()]) this.close({ id });
    return written;
  }
}
