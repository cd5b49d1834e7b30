// The box at the bottom. Enter sends, Shift+Enter begins a new line; while an answer is being written its button is Stop.
import { h, icon } from "./dom.js";

export class Composer {
  #place;
  #open = false;
  #closed = false;

  constructor(place, unsent, { send, stop }) {
    this.#place = place;
    this.unsent = unsent;
    this.send = send;
    this.stop = stop;
    this.box = h("textarea", {
      id: "composer", rows: 1, dir: "auto", placeholder: "Write a message", "aria-label": "Message", "data-testid": "composer",
      "aria-describedby": "composer-note", value: unsent.draft(place), oninput: () => this.#changed(), onkeydown: event => this.#key(event),
    });
    this.button = h("button", { type: "submit", class: "round" });
    this.note = h("p", { id: "composer-note", class: "composer-note", role: "status", "data-testid": "composer-note" });
    this.element = h("form", { class: "composer", onsubmit: event => this.#submit(event) },
      h("div", { class: "composer-box" }, this.box, this.button), this.note);
    this.#changed();
    requestAnimationFrame(() => this.#fit());
  }

  /** The place a draft belongs to changes once: when the first message has made the session. */
  moveTo(place) {
    this.#place = place;
  }

  /** An answer is open: the box stays for writing ahead, the button stops. */
  set open(open) {
    this.#open = open;
    this.#draw();
  }

  close(sentence) {
    this.#closed = true;
    // What stands in it can still be read and copied.
    this.box.readOnly = true;
    this.box.disabled = this.box.value === "";
    this.say(sentence);
    this.#draw();
  }

  say(sentence) {
    this.note.textContent = sentence ?? "";
  }

  fill(text) {
    this.box.value = text;
    this.#changed();
    this.box.focus();
  }

  get text() {
    return this.box.value;
  }

  #changed() {
    this.unsent.keepDraft(this.#place, this.box.value);
    this.#fit();
    this.#draw();
  }

  #fit() {
    this.box.style.height = "auto";
    if (this.box.scrollHeight > 0) this.box.style.height = `${Math.min(this.box.scrollHeight, 240)}px`;
  }

  #draw() {
    const label = this.#open ? "Stop the answer" : "Send";
    if (this.button.getAttribute("aria-label") !== label) {
      this.button.replaceChildren(icon(this.#open ? "stop" : "send"));
      this.button.setAttribute("aria-label", label);
      this.button.title = label;
      this.button.dataset.testid = this.#open ? "stop" : "send";
    }
    this.button.disabled = this.#closed || (!this.#open && this.box.value.trim() === "");
  }

  #key(event) {
    if (event.key === "Escape" && this.#open) this.stop();
    // While a word is still being composed (Japanese, Chinese, …) Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (this.#open) this.say("An answer is being written. Stop it, or wait, and then send.");
    else this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    if (this.#open) {
      this.stop();
      return;
    }
    const text = this.box.value.trim();
    if (text === "" || this.#closed) return;
    this.box.value = "";
    this.#changed();
    this.say("");
    this.send(text);
  }
}
