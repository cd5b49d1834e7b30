// The scrolling part of a conversation. It follows the answer while the reader is at the end, and lets go when they scroll up.
import { h, icon } from "./dom.js";

const near = 56;

const beginsTurn = (control, fresh) => control.matches("[data-turn]") && fresh.some(node => node.matches(".open"));

export class Reading {
  #following = true;
  #observer;

  constructor(onTop) {
    this.thread = h("div", { class: "thread", "data-testid": "thread" });
    this.jump = h("button", { type: "button", class: "jump", hidden: true, "data-testid": "jump", onclick: () => this.toEnd() }, icon("down"), "Latest");
    this.scroller = h("div", { class: "scroller", tabindex: -1, onscroll: () => this.#scrolled(onTop) }, this.thread);
    this.element = h("div", { class: "reading" }, this.scroller, this.jump);
    this.#observer = new ResizeObserver(() => this.#follow());
    this.#observer.observe(this.thread);
    this.#observer.observe(this.scroller);
  }

  leave() {
    this.#observer.disconnect();
  }

  toEnd() {
    this.#following = true;
    this.#follow();
  }

  /** Adds something above what is being read without moving it. */
  keepPlace(change) {
    const fromEnd = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.#following = false;
    change();
    this.scroller.scrollTop = this.scroller.scrollHeight - fromEnd;
  }

  /** Makes the thread hold exactly these nodes, touching only what differs: open details, focus and selection stay. */
  hold(nodes) {
    const focused = this.thread.contains(document.activeElement) && document.activeElement;
    const fresh = nodes.filter(node => node.parentNode !== this.thread);
    let at = this.thread.firstChild;
    const wanted = new Set(nodes);
    while (at) {
      const next = at.nextSibling;
      if (!wanted.has(at)) at.remove();
      at = next;
    }
    at = this.thread.firstChild;
    for (const node of nodes) {
      if (node === at) at = at.nextSibling;
      else this.thread.insertBefore(node, at);
    }
    if (focused && (!focused.isConnected || beginsTurn(focused, fresh))) this.#refocus(focused.dataset.testid, fresh);
  }

  // What had the focus is gone, or disabled in a moment: its like in what has come takes it, or the last message that has come.
  #refocus(testId, fresh) {
    const like = testId && fresh.map(node => node.querySelector(`[data-testid="${testId}"]:enabled`) ?? (node.dataset.testid === testId && node)).find(Boolean);
    const next = like || fresh.findLast(node => node.matches(".message, .failure")) || this.scroller;
    if (!next.matches("button")) next.tabIndex = -1;
    next.focus({ preventScroll: true });
  }

  #follow() {
    if (this.#following) this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = this.#following;
  }

  #scrolled(onTop) {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#following = scrollHeight - scrollTop - clientHeight < near;
    this.jump.hidden = this.#following;
    if (scrollTop < 120 && scrollHeight > clientHeight) onTop();
  }
}
