// What was written and not yet taken by the server. It outlives a reload, and goes out with the id it was first sent with, so that
// the server takes it once, however often it is sent. It belongs to one person: whoever else signs in in this tab finds none of it.

const read = key => {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
};

const write = (key, value) => {
  try {
    if (value === null || value === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden store: the message is still in memory, only a reload would lose it.
  }
};

/** place: a session's id, or "new". */
export class Unsent {
  #user;

  constructor(user) {
    this.#user = user.id;
  }

  message = place => read(this.#key("unsent", place));
  keep = (place, message) => write(this.#key("unsent", place), message);
  forget = place => write(this.#key("unsent", place), null);
  draft = place => read(this.#key("draft", place)) ?? "";
  keepDraft = (place, text) => write(this.#key("draft", place), text);
  edit = message => read(this.#key("edit", message));
  keepEdit = (message, text) => write(this.#key("edit", message), text);

  /** They have left for good: nothing of theirs stays in this tab. */
  clear() {
    try {
      for (const key of Object.keys(sessionStorage).filter(key => key.split(":")[1] === this.#user)) sessionStorage.removeItem(key);
    } catch {
      // A forbidden store: nothing was kept there.
    }
  }

  #key(kind, place) {
    return `${kind}:${this.#user}:${place}`;
  }
}

/** An id that nobody has had. randomUUID exists only on secure origins, and a home network is often plain http. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
