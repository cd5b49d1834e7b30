// The single place where a string becomes markup.
//
// Why that is safe: the strings are the `html` fields of our own API (message parts and the blocks of streamed deltas), never the
// text of a person or a model. The server builds them with SafeMarkdown, which writes a fixed set of tags, escapes all text, and lets
// only checked http, https and mailto addresses into an attribute. A <template> is inert: nothing in it loads or runs while it is
// parsed. And should both fail, the page's policy forbids inline scripts, inline styles and foreign sources.
import { copyButton, h } from "./dom.js";

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Puts safe HTML from the server into an element, and gives its listings their captions and copy buttons. */
export function showHtml(element, html) {
  const content = fragment(html);
  for (const listing of content.querySelectorAll("div.code")) dress(listing);
  for (const frame of content.querySelectorAll("div.table")) frame.tabIndex = 0;
  element.replaceChildren(content);
}

function dress(listing) {
  const code = listing.querySelector("code");
  const language = [...code.classList].find(name => name.startsWith("language-"))?.slice("language-".length);
  listing.querySelector("pre").tabIndex = 0;
  listing.prepend(h("div", { class: "caption" },
    h("span", {}, language ?? "text"),
    copyButton(() => code.textContent, "Copy code", "copy-code")));
}

/** A text part that is being written: blocks are replaced by their index, an empty one is taken away. */
export class StreamedText {
  constructor() {
    this.element = h("div", { class: "answer" });
    this.text = "";
    this.hasBlocks = false;
  }

  append(delta) {
    // A replayed piece begins before the end of what is here; only what is new counts.
    if (delta.offset <= this.text.length) this.text = this.text.slice(0, delta.offset) + delta.text;
    if (!delta.blocks) {
      if (!this.hasBlocks) this.#plain();
      return;
    }
    if (!this.hasBlocks) this.element.replaceChildren();
    this.hasBlocks = true;
    for (const { index, html } of delta.blocks) {
      while (this.element.children.length <= index) this.element.append(h("div", { class: "block" }));
      showHtml(this.element.children[index], html);
    }
  }

  #plain() {
    let paragraph = this.element.querySelector(".plain");
    if (!paragraph) this.element.append(paragraph = h("p", { class: "plain", dir: "auto" }));
    paragraph.textContent = this.text;
  }
}
