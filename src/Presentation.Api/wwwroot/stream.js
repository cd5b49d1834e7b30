// One request's events, followed to their end through lost connections, restarts and sleep.
import * as api from "./api.js";

const ends = new Set(["completed", "failed", "cancelled"]);
const kinds = ["queued", "started", "notice", "delta", ...ends];

export class AnswerStream {
  #source;
  #timer;
  #tries = 0;
  #closed = false;

  /** listener: event(kind, data), restart(), connection("open" | "lost"), end() when the stream ended without telling us how */
  constructor(requestId, listener) {
    this.requestId = requestId;
    this.listener = listener;
    this.#open();
    window.addEventListener("online", this.#hurry);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    window.removeEventListener("online", this.#hurry);
    this.#source?.close();
  }

  #open = () => {
    clearTimeout(this.#timer);
    this.#source?.close();
    const source = this.#source = new EventSource(api.eventsUrl(this.requestId));
    source.addEventListener("open", () => {
      this.#tries = 0;
      this.listener.connection("open");
    });
    for (const kind of kinds) {
      source.addEventListener(kind, event => {
        if (this.#closed || source !== this.#source) return;
        if (ends.has(kind)) this.close();
        this.listener.event(kind, JSON.parse(event.data));
      });
    }
    source.addEventListener("error", () => {
      if (this.#closed || source !== this.#source) return;
      this.listener.connection("lost");
      // Otherwise the browser reconnects by itself, with the last id it has seen.
      if (source.readyState === EventSource.CLOSED) this.#later();
    });
  };

  #later() {
    this.#timer = setTimeout(this.#ask, Math.min(15000, 1000 * 2 ** this.#tries++));
  }

  // The server refused the stream: perhaps the answer is over, perhaps we are signed out, perhaps it is only starting.
  #ask = async () => {
    try {
      const request = await api.request(this.requestId);
      if (this.#closed) return;
      if (ends.has(request.state) && this.#tries > 1) {
        this.close();
        this.listener.end();
        return;
      }
      this.listener.restart();
      this.#open();
    } catch (error) {
      if (this.#closed) return;
      if (error instanceof api.Problem && (error.status === 404 || error.status === 401)) {
        this.close();
        this.listener.end();
      } else {
        this.#later();
      }
    }
  };

  #hurry = () => {
    if (this.#source?.readyState !== EventSource.OPEN) {
      this.listener.restart();
      this.#open();
    }
  };
}
