// One open conversation: its history, the answer that is being written, and everything that begins or ends a turn.
import * as api from "./api.js";
import { Composer } from "./composer.js";
import { announce, h } from "./dom.js";
import { Edits } from "./edits.js";
import { Header } from "./header.js";
import { History } from "./history.js";
import { messageView, OpenAnswer } from "./message.js";
import { failureView, pendingView, plainView } from "./pieces.js";
import { Reading } from "./reading.js";
import { AnswerStream } from "./stream.js";
import { MessageTree } from "./tree.js";
import { newId } from "./unsent.js";
import { Models, noModelCard, Welcome } from "./welcome.js";
import { whyOf } from "./why.js";

// What the server says of its calls, in words about the conversation.
const refusals = {
  body_too_large: "This message is too long. One may have at most about one megabyte, and half a million characters.",
};

export class Conversation {
  #tree = new MessageTree();
  #history = new History(this.#tree, cursor => this.#persist(() => api.messages(this.id, cursor)));
  #views = new Map();
  #notices = new Map();
  #session;
  #leaf;
  #left = false;
  #edits;
  #welcome = new Welcome();
  #models = new Models(() => this.#draw());
  // The turn that is open: { anchor, answer, pending?, requestId?, stream?, stopping? }
  #turn;
  #failure;
  #fault;
  #loading;

  constructor(id, { list, unsent, connection }) {
    Object.assign(this, { id, list, unsent, connection });
    this.#loading = Boolean(id);
    this.#edits = new Edits(unsent, {
      ask: (message, text) => this.#askDifferently(message, text),
      cancelled: message => {
        this.#draw();
        this.#views.get(message.id)?.view.querySelector("[data-testid=edit]")?.focus();
      },
    });
    this.reading = new Reading(() => this.#earlier());
    this.composer = new Composer(this.#place, unsent, { send: text => this.#send(text), stop: () => this.#stop() });
    this.header = new Header(list, { session: () => this.#session, models: () => this.#models.items }, {
      changed: session => this.#takeSession(session),
      deleted: () => {
        list.take(this.id);
        location.hash = "#/";
      },
    });
    this.element = h("main", { class: "conversation", "data-testid": "conversation" }, this.header.element, this.reading.element, this.composer.element);
    document.addEventListener("visibilitychange", this.#returned);
  }

  get #place() {
    return this.id ?? "new";
  }

  leave() {
    this.#left = true;
    if (this.#turn) this.list.refresh();
    this.#turn?.stream?.close();
    for (const part of [this.#models, this.header, this.reading]) part.leave();
    this.connection("");
    document.removeEventListener("visibilitychange", this.#returned);
  }

  async load() {
    this.header.draw(undefined);
    this.#draw();
    this.#models.load().catch(error => this.composer.say(error.message));
    if (this.id) {
      try {
        await this.#fetch();
      } catch (error) {
        if (!this.#left) this.#cannotLoad(error);
        return;
      }
    }
    if (this.#left) return;
    this.#loading = false;
    this.#draw();
    this.reading.toEnd();
    const waiting = this.unsent.message(this.#place);
    if (waiting) await this.#deliver(waiting);
    else if (this.#session?.open_request_id) this.#attach(this.#session.open_request_id, this.#leaf);
    if (matchMedia("(hover: hover)").matches) this.composer.box.focus();
  }

  // The newest page of messages and the session as it is now: what is stored is what is shown.
  async #fetch() {
    const [session, page] = await this.#persist(() => Promise.all([api.session(this.id), api.messages(this.id)]));
    if (this.#left) return;
    this.#history.take(page);
    this.#leaf = session.leaf_id ?? this.#tree.newest()?.id;
    this.#takeSession(session);
    await this.#history.reach(this.#leaf);
  }

  #persist(attempt) {
    return api.persist(attempt, {
      wait: seconds => this.connection(`The server cannot be reached. Trying again in ${seconds} s…`),
      given: () => this.#left,
    }).then(answer => {
      if (!this.#left) this.connection("");
      return answer;
    });
  }

  #takeSession(session) {
    this.#session = session;
    this.header.draw(session);
    this.list.put(session);
    if (session.status === "archived") this.composer.close("This conversation is closed. It can be read, and a new one is always open.");
  }

  #cannotLoad(error) {
    this.#fault = error.status === 404 ? "There is no such conversation. It may have been deleted." : error.message;
    this.#loading = false;
    if (error.status === 404) this.#letGo();
    this.composer.close("");
    this.#draw();
  }

  // It is gone. What was being written for it stands in the box, to be taken along.
  #letGo() {
    this.#turn?.stream?.close();
    this.#turn = this.#session = undefined;
    this.header.draw(undefined);
    this.list.take(this.id);
    const waiting = this.unsent.message(this.#place)?.content;
    this.unsent.forget(this.#place);
    const written = [...this.#edits.take(), waiting, this.composer.text].filter(Boolean).join("\n\n");
    if (written !== this.composer.text) this.composer.fill(written);
  }

  async #earlier() {
    try {
      if (!this.#left && await this.#history.lengthen(this.#leaf)) this.reading.keepPlace(() => this.#draw());
    } catch (error) {
      if (!this.#left) this.#failed(error, "What was said before could not be had.");
    }
  }

  // One that is gone leaves nothing to be tried again.
  #failed(error, sentence) {
    if (error.status === 404) this.#cannotLoad(error);
    else this.composer.say(`${sentence} ${error.message}`);
  }

  #returned = async () => {
    if (document.visibilityState !== "visible" || this.#turn || !this.id || this.#loading || this.#fault) return;
    const session = await api.session(this.id).catch(error => {
      if (error.status === 404 && !this.#turn && !this.#left) this.#cannotLoad(error);
    });
    if (!session || this.#turn || this.#left) return;
    if (session.leaf_id !== this.#leaf || session.open_request_id) await this.#fetch().catch(() => {});
    if (this.#left) return;
    this.#draw();
    if (session.open_request_id && !this.#turn) this.#attach(session.open_request_id, this.#leaf);
  };

  #draw() {
    const nodes = [];
    if (this.#fault) nodes.push(plainView(this.#fault));
    else if (this.#loading) nodes.push(plainView("Loading the conversation…"));
    else {
      const path = this.#tree.path(this.#turn?.anchor ?? (this.#turn?.pending ? this.#leaf : this.#turn ? undefined : this.#leaf));
      if (this.#history.goesOn(this.#leaf)) nodes.push(h("button", { type: "button", class: "quiet more", "data-testid": "earlier", onclick: () => this.#earlier() }, "Earlier messages"));
      nodes.push(...path.map(message => this.#edits.of(message) ?? this.#view(message)));
      if (this.#turn?.pending) nodes.push(this.#turn.pending);
      if (this.#turn) nodes.push(this.#turn.answer.element);
      else if (this.#failure) nodes.push(this.#failure);
      else if (path.at(-1)?.role === "user") nodes.push(failureView("No answer came to this message.", () => this.#regenerate(path.at(-1))));
      const isEmpty = path.length === 0 && !this.#turn;
      if (isEmpty) nodes.push(this.#welcome.element);
      else nodes.push(noModelCard(this.#models, path.at(-1)?.error?.message));
      if (isEmpty) this.#welcome.draw(this.#models);
      this.#welcome.settings.hidden = Boolean(this.id);
    }
    this.reading.hold(nodes.filter(Boolean));
    const busy = Boolean(this.#turn) || this.#session?.status === "archived";
    for (const button of this.reading.thread.querySelectorAll("[data-turn]")) button.disabled = busy;
    this.composer.open = Boolean(this.#turn);
  }

  // A view is made anew only when something about its message has changed.
  #view(message) {
    const siblings = this.#tree.siblings(message);
    const position = siblings.indexOf(message);
    const isLast = message.id === this.#leaf;
    const key = JSON.stringify([message.status, message.text?.length, siblings.length, position, isLast]);
    const known = this.#views.get(message.id);
    if (known?.key === key) return known.view;
    const view = messageView(message, {
      siblings: siblings.length,
      position,
      turn: step => this.#switchTo(siblings[position + step]),
      edit: () => this.#edit(message),
      regenerate: () => this.#regenerate(message),
      carryOn: () => this.#begin(key => api.carryOn(message.id, key), message.id),
      why: isLast && message.role === "assistant" ? whyOf(this.id) : undefined,
    });
    if (this.#notices.has(message.id)) view.prepend(this.#notices.get(message.id));
    this.#views.set(message.id, { key, view });
    return view;
  }

  async #switchTo(sibling) {
    const leaf = this.#tree.leafBelow(sibling.id);
    this.#leaf = leaf;
    this.#failure = undefined;
    this.reading.keepPlace(() => this.#draw());
    this.#views.get(sibling.id)?.view.querySelector("[data-testid=branches] button:not(:disabled)")?.focus();
    try {
      this.#takeSession(await api.changeSession(this.id, { leaf_id: leaf }));
    } catch (error) {
      if (!this.#left) this.#failed(error, "The other version could not be kept open.");
    }
  }

  #edit(message) {
    this.#edits.open(message);
    this.#draw();
    this.#edits.focus(message);
  }

  async #askDifferently(message, text) {
    if (this.#turn) return this.composer.say("An answer is being written. Stop it, or wait, and then ask again.");
    await this.#begin(key => api.edit(message.id, text, key), message.parent_id ?? null, text, taken => taken && this.#edits.close(message));
    this.#edits.focus(message);
  }

  #regenerate(message) {
    this.#begin(key => api.regenerate(message.id, key), message.role === "user" ? message.id : message.parent_id);
  }

  async #send(text) {
    const message = { content: text, client_message_id: newId(), session_key: newId(), settings: this.id ? {} : this.#welcome.read() };
    this.unsent.keep(this.#place, message);
    await this.#deliver(message);
  }

  async #deliver(message) {
    const place = this.#place;
    await this.#begin(async () => {
      if (!this.id) await this.#open(message);
      return api.submit(this.id, message.content, message.client_message_id);
    }, this.#leaf, message.content, taken => {
      this.unsent.forget(place);
      this.unsent.forget(this.#place);
      if (!taken) this.composer.fill([message.content, this.composer.text].filter(Boolean).join("\n\n"));
    });
  }

  // The session's own key makes it one session, however often the call is repeated.
  async #open(message) {
    const session = await api.openSession(message.settings, message.session_key);
    if (this.#left) throw new api.Unreachable();
    this.unsent.forget("new");
    this.id = session.id;
    this.unsent.keep(this.id, message);
    this.composer.moveTo(this.id);
    history.replaceState(null, "", `#/s/${this.id}`);
    this.#takeSession(session);
    this.list.choose(this.id);
  }

  // Every turn begins here: something is asked, shown at once, repeated until the server has taken it, and then followed.
  // What was written is let go, or given back, when it is settled whether it was taken.
  async #begin(call, anchor, said, settled = () => {}) {
    if (this.#turn) return;
    this.#failure = undefined;
    this.composer.say("");
    const key = newId();
    const turn = this.#turn = { anchor: anchor ?? undefined, answer: new OpenAnswer(), pending: said === undefined ? undefined : pendingView(said) };
    if (anchor === null) this.#leaf = undefined;
    this.#draw();
    this.reading.toEnd();
    try {
      const { message, request } = await api.persist(() => call(key), {
        wait: seconds => turn.answer.say(`Not sent yet: the server cannot be reached. Trying again in ${seconds} s…`),
        given: () => this.#left || turn.stopping,
      });
      settled(true);
      if (this.#left) return;
      if (message && said !== undefined) {
        this.#tree.add([message]);
        this.#leaf = message.id;
      }
      this.#turn = undefined;
      this.#attach(request.id, said === undefined ? anchor : message?.id ?? anchor, turn.answer);
      if (turn.stopping) this.#stop();
      if (!this.#session?.title) this.#takeSession(await api.session(this.id).catch(() => this.#session));
    } catch (error) {
      if (this.#left) return;
      settled(false);
      await this.#refused(error, turn);
    }
  }

  async #refused(error, turn) {
    // What was asked elsewhere is fetched first: its answer belongs under it.
    if (error.code === "turn_open") await this.#fetch().catch(failure => { error = failure; });
    if (this.#left) return;
    this.#turn = undefined;
    this.#leaf ??= this.#session?.leaf_id;
    const open = error.code === "turn_open" && this.#session.open_request_id;
    if (open) {
      this.#attach(open, this.#leaf);
      this.composer.say("An answer is still being written. Your message waits here.");
    } else if (error.status === 404) {
      this.#cannotLoad(error);
    } else {
      this.#draw();
      const soon = error.retryAfter ? ` Try again in ${error.retryAfter} s.` : "";
      this.composer.say(turn.stopping ? "Not sent." : (refusals[error.code] ?? error.message) + soon);
      if (error.code === "session_closed") this.#fetch().catch(() => {});
    }
  }

  #attach(requestId, anchor, answer = new OpenAnswer()) {
    const turn = this.#turn = { anchor, answer, requestId };
    answer.say("Waiting for the answer…");
    turn.stream = new AnswerStream(requestId, {
      event: (kind, data) => this.#event(turn, kind, data),
      restart: () => answer.restart(),
      connection: state => this.connection(state === "lost" ? "Connection lost. Reconnecting: nothing of the answer will be missing." : ""),
      end: () => this.#ended(turn, "failed", {}),
    });
    this.#draw();
    this.reading.toEnd();
  }

  #event(turn, kind, data) {
    if (kind === "completed" || kind === "failed" || kind === "cancelled") {
      this.#ended(turn, kind, data);
      return;
    }
    if (kind === "queued" && this.#tree.get(data.message_id)?.role === "user" && turn.anchor !== data.message_id) {
      turn.anchor = data.message_id;
      this.#draw();
    }
    turn.answer[kind](data);
  }

  async #ended(turn, kind, data) {
    turn.answer.say(kind === "completed" || turn.answer.hasText ? "" : "The answer has ended.");
    this.composer.say("");
    this.connection("");
    try {
      await this.#fetch();
    } catch (error) {
      if (this.#left || this.#turn !== turn) return;
      if (error.status === 404) return this.#cannotLoad(error);
      const message = data.message?.id ? data.message : data.partial_message;
      if (message?.id) {
        this.#tree.add([message]);
        this.#leaf = message.id;
      }
      this.composer.say(error.message);
    }
    if (this.#left || this.#turn !== turn) return;
    this.#turn = undefined;
    if (this.#leaf !== turn.anchor) this.#notices.set(this.#leaf, turn.answer.notices);
    // An answer that broke off or failed is a message of its own and says so; only where there is none, this line does.
    if (kind !== "completed" && !data.partial_message && this.#leaf === turn.anchor) {
      const asked = this.#tree.get(turn.anchor);
      const sentence = kind === "cancelled" ? "Stopped before the answer began." : `No answer: ${data.message || "it was not made."}`;
      this.#failure = failureView(sentence, asked && (() => this.#regenerate(asked)));
    }
    this.#draw();
    announce(kind === "completed" ? this.#tree.get(this.#leaf)?.text?.slice(0, 2000) ?? "The answer is complete." : kind === "failed" ? "The answer failed." : "Stopped.");
  }

  async #stop() {
    const turn = this.#turn;
    if (!turn) return;
    turn.stopping = true;
    turn.answer.say("Stopping…");
    if (!turn.requestId) return;
    try {
      await this.#persist(() => api.cancel(turn.requestId));
    } catch (error) {
      // Of one that is gone its stream tells.
      if (error.status !== 409 && error.status !== 404) this.composer.say(`The answer could not be stopped. ${error.message}`);
    }
  }
}
