// How one message looks: its parts, where it came from, how it ended, and what can be done with it.
import { copyButton, h, iconButton } from "./dom.js";
import { showHtml, StreamedText } from "./markdown.js";

const speaker = { user: "You", assistant: "Answer", system: "System", tool: "Tool" };

/** actions: { regenerate, carryOn, edit, turn(step), siblings, position, why }; what begins a turn is marked data-turn. */
export function messageView(message, actions) {
  const body = message.role === "user"
    ? [h("div", { class: "said", dir: "auto" }, message.text)]
    : (message.parts ?? []).map(partView).filter(Boolean);
  if (body.length === 0 && message.text) body.push(h("p", { class: "plain", dir: "auto" }, message.text));
  return h("article", {
    class: `message ${message.role}`, "data-testid": `message-${message.role}`, "data-id": message.id, "data-status": message.status,
    "aria-label": speaker[message.role] ?? message.role,
  }, body, ending(message), footer(message, actions), actions.why?.panel);
}

function partView(part) {
  if (part.type === "text") {
    const element = h("div", { class: "answer" });
    if (part.html !== undefined) showHtml(element, part.html);
    else element.append(h("p", { class: "plain", dir: "auto" }, part.text));
    return element;
  }
  if (part.type === "reasoning") return reasoning(part.text).element;
  if (part.type === "tool_call" || part.type === "tool_result") {
    return h("details", { class: "aside" }, h("summary", {}, part.type === "tool_call" ? `Asked the tool ${part.name ?? ""}` : "What the tool answered"),
      h("pre", { tabindex: 0 }, part.text ?? JSON.stringify(part.arguments ?? part.result ?? "", null, 2)));
  }
  if (part.type === "file") return h("p", { class: "hint" }, `File: ${part.name ?? "unnamed"}`);
  // A kind of part that is younger than this page is kept by the server and passed over here.
  return null;
}

function reasoning(text) {
  const line = h("div", { class: "thought", dir: "auto" }, text);
  return { line, element: h("details", { class: "aside", "data-testid": "reasoning" }, h("summary", {}, "Reasoning"), line) };
}

function ending(message) {
  const words = {
    cancelled: "Stopped",
    partial: "Unfinished",
    failed: `Failed: ${message.error?.message ?? "the answer broke off."}`,
  }[message.status];
  return words && h("p", { class: `ending ${message.status}`, "data-testid": "ending" }, words);
}

/** One sentence about the origin of an answer. */
export function originText(origin) {
  if (!origin) return "";
  const name = origin.name ?? "";
  if (origin.kind === "worker") return [origin.model, `worker ${name}`].filter(Boolean).join(" · ");
  if (origin.kind === "provider") return [origin.model, `${name}, a provider outside this server`].filter(Boolean).join(" · ");
  return `Not from a model: ${name || "the server's own fallback"}`;
}

function footer(message, actions) {
  const tools = [];
  if (actions.siblings > 1) {
    const step = (shape, label, by, testId) => {
      const button = iconButton(shape, label, () => actions.turn(by), testId);
      const target = actions.position + by;
      if (target < 0 || target >= actions.siblings) button.disabled = true;
      else button.dataset.turn = "";
      return button;
    };
    tools.push(h("span", { class: "branches", role: "group", "aria-label": "Versions", "data-testid": "branches" },
      step("left", "Earlier version", -1, "branch-previous"),
      h("span", { "data-testid": "branch-position" }, `${actions.position + 1} / ${actions.siblings}`),
      step("right", "Later version", 1, "branch-next")));
  }
  if (message.text) tools.push(copyButton(() => message.text, "Copy the message", "copy-message"));
  const offer = (shape, label, act, testId) => {
    if (!act) return;
    const button = iconButton(shape, label, act, testId);
    button.dataset.turn = "";
    tools.push(button);
  };
  if (message.role === "user") offer("edit", "Edit and ask again", actions.edit, "edit");
  if (message.role === "assistant") {
    if (message.status !== "complete" && message.text) offer("onward", "Continue this answer", actions.carryOn, "continue");
    offer("again", "Another answer", actions.regenerate, "regenerate");
  }
  const from = message.role === "assistant" ? originText(message.origin) : "";
  return h("footer", {}, h("div", { class: "tools" }, tools),
    from && h("p", { class: `origin ${message.origin.kind}`, "data-testid": "origin" }, from), actions.why?.button);
}

/** The answer that is being written: takes the events of its stream. */
export class OpenAnswer {
  #parts = new Map();
  #attempt;
  #state = h("p", { class: "state", "data-testid": "answer-state" }, h("span", { class: "pulse", "aria-hidden": "true" }), h("span", {}, "Sending…"));
  notices = h("div");
  #body = h("div");
  #origin = h("p", { class: "origin", "data-testid": "origin" });

  constructor() {
    this.element = h("article", { class: "message assistant open", "aria-label": "Answer, being written", "aria-busy": "true", "data-testid": "open-answer" },
      this.notices, this.#body, this.#state, h("footer", {}, this.#origin));
  }

  get hasText() {
    return this.#parts.size > 0;
  }

  say(sentence) {
    this.#state.hidden = !sentence;
    this.#state.lastChild.textContent = sentence ?? "";
  }

  restart() {
    this.#parts.clear();
    this.#body.replaceChildren();
    this.notices.replaceChildren();
  }

  queued({ position }) {
    this.say(position > 0 ? `Waiting in line: ${position === 1 ? "one answer is" : `${position} answers are`} ahead.` : "Waiting for a model…");
  }

  started({ attempt, origin }) {
    this.#newAttempt(attempt);
    this.#origin.textContent = originText(origin);
    this.say("Reading the conversation…");
  }

  notice({ code, message }) {
    const words = code === "context_trimmed"
      ? "The conversation no longer fits the model's memory: the oldest turns were left out of this answer."
      : message ?? code;
    this.notices.append(h("p", { class: "notice", "data-testid": "notice" }, words));
  }

  delta(delta) {
    this.#newAttempt(delta.attempt);
    let part = this.#parts.get(delta.part);
    if (!part) this.#parts.set(delta.part, part = this.#newPart(delta.kind));
    part.append(delta);
    this.say(delta.kind === "reasoning" ? "Thinking…" : "");
  }

  #newAttempt(attempt) {
    if (attempt !== undefined && this.#attempt !== undefined && attempt !== this.#attempt) this.restart();
    this.#attempt = attempt ?? this.#attempt;
  }

  #newPart(kind) {
    if (kind === "text") {
      const text = new StreamedText();
      this.#body.append(text.element);
      return text;
    }
    const { element, line } = reasoning("");
    if (kind !== "reasoning") element.querySelector("summary").textContent = "Asks a tool";
    this.#body.append(element);
    return {
      append({ offset, text }) {
        if (offset <= line.textContent.length) line.textContent = line.textContent.slice(0, offset) + text;
      },
    };
  }
}
