// The history is a tree: every message has a parent, and the session points at the leaf that is being read.

export class MessageTree {
  #byId = new Map();

  add(messages) {
    for (const message of messages) this.#byId.set(message.id, message);
  }

  get(id) {
    return this.#byId.get(id);
  }

  get size() {
    return this.#byId.size;
  }

  newest() {
    return [...this.#byId.values()].sort(byArrival).at(-1);
  }

  /** From the oldest loaded ancestor down to the leaf. */
  path(leafId) {
    const path = [];
    for (let message = this.get(leafId); message && path.length <= this.size; message = this.get(message.parent_id)) path.unshift(message);
    return path;
  }

  /** Messages that are alternatives to one another: one parent, one role, in order of arrival. */
  siblings(message) {
    return [...this.#byId.values()].filter(other => other.parent_id === message.parent_id && other.role === message.role).sort(byArrival);
  }

  /** The leaf one reaches by always following the newest child. */
  leafBelow(id) {
    for (;;) {
      const child = [...this.#byId.values()].filter(message => message.parent_id === id).sort(byArrival).at(-1);
      if (!child) return id;
      id = child.id;
    }
  }
}

const byArrival = (a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : 1);
