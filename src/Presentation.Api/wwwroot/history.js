// What is stored of one conversation, fetched in pages from the newest back.
export class History {
  #tree;
  #page;
  #cursor;
  #isFetching = false;

  /** page(cursor): the page that begins there. */
  constructor(tree, page) {
    this.#tree = tree;
    this.#page = page;
  }

  /** The newest page: for the first time, or as it is by now. */
  take(page) {
    if (this.#tree.size === 0) this.#cursor = page.next_cursor;
    this.#tree.add(page.items);
  }

  /** Whether something stands before what has been fetched of the way to this message. */
  goesOn(leaf) {
    return Boolean(this.#tree.path(leaf)[0]?.parent_id && this.#cursor);
  }

  /** Back until this message is there. */
  async reach(message) {
    while (message && !this.#tree.get(message) && this.#cursor) await this.#back();
  }

  /** Back until more is there of the way to this message; whether it was fetched. */
  async lengthen(leaf) {
    if (this.#isFetching || !this.goesOn(leaf)) return false;
    this.#isFetching = true;
    try {
      const before = this.#tree.path(leaf).length;
      while (this.goesOn(leaf) && this.#tree.path(leaf).length === before) await this.#back();
      return true;
    } finally {
      this.#isFetching = false;
    }
  }

  async #back() {
    const page = await this.#page(this.#cursor);
    this.#cursor = page.next_cursor;
    this.#tree.add(page.items);
  }
}
