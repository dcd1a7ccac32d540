// <hoidap-search endpoint="https://HOST" site="SITE_ID" lang="vi"></hoidap-search>
//
// A question box for any page: one file, no dependency, no request to anyone but `endpoint`, no secret, no inline style.
// Texts of documents are set as text and never read as HTML. The server has cut them: nothing here counts characters.

const WAIT_MS = 250; // after the last key, before asking
const BUSY_MS = 150; // before saying that it takes a while
const LIMIT_MS = 15000;
const LATE = "late"; // why a request was given up
const LEAST = 3; // characters worth asking for while somebody still types
const KEPT = 30; // replies, so that going back a word asks nothing

const WORDS = {
  vi: {
    label: "Hỏi tài liệu",
    placeholder: "Nhập câu hỏi, có dấu hoặc không dấu",
    open: "Hỏi tài liệu",
    close: "Đóng",
    clear: "Xóa câu hỏi",
    results: "Kết quả",
    hint: "Gõ câu hỏi rồi nhấn Enter. Câu trả lời được trích nguyên văn, kèm nguồn.",
    busy: "Đang tìm câu trả lời…",
    answers: "Câu trả lời",
    passages: "Các đoạn liên quan",
    looked: "Các đoạn đã xem",
    level: { high: "Độ tin cậy cao", medium: "Độ tin cậy trung bình", low: "Độ tin cậy thấp" },
    none: "Chưa tìm thấy câu trả lời trong tài liệu",
    tips: "Hãy nêu rõ tên cơ quan, địa phương hoặc thời gian, và dùng từ ngữ có trong văn bản.",
    said: (text, count) => `Câu trả lời: ${text}. Có ${count} mục, dùng phím mũi tên để chọn.`,
    more: "Mở trang hỏi đáp",
    offline: "Không kết nối được với máy chủ hỏi đáp. Kiểm tra mạng rồi thử lại.",
    often: (seconds) => `Bạn gửi câu hỏi hơi nhanh. Hãy đợi ${seconds} giây rồi thử lại.`,
    empty: "Thư viện chưa có tài liệu nào. Hãy thử lại sau.",
    long: "Câu hỏi quá dài. Hãy hỏi ngắn gọn hơn.",
    failed: "Máy chủ hỏi đáp đang gặp lỗi. Hãy thử lại sau ít phút.",
    setup: "Hộp hỏi đáp chưa được cài đặt đúng. Hãy báo cho người quản trị trang.",
    retry: "Thử lại",
  },
  en: {
    label: "Ask the documents",
    placeholder: "Type a question",
    open: "Ask the documents",
    close: "Close",
    clear: "Clear the question",
    results: "Results",
    hint: "Type a question and press Enter. Answers are quoted from the documents, with their source.",
    busy: "Looking for an answer…",
    answers: "Answer",
    passages: "Related passages",
    looked: "Passages looked at",
    level: { high: "High confidence", medium: "Medium confidence", low: "Low confidence" },
    none: "The documents do not seem to answer this",
    tips: "Name the body, the place or the time, and use the words that the documents use.",
    said: (text, count) => `Answer: ${text}. ${count} results, use the arrow keys to choose.`,
    more: "Open the search page",
    offline: "The answering server cannot be reached. Check the network and try again.",
    often: (seconds) => `That was a little fast. Wait ${seconds} seconds and try again.`,
    empty: "The library holds no documents yet. Try again later.",
    long: "The question is too long. Ask more briefly.",
    failed: "The answering server has a problem. Try again in a few minutes.",
    setup: "This box is not set up correctly. Please tell the administrator of this page.",
    retry: "Try again",
  },
};

const STYLE = `
:host {
  all: initial !important;
  --ink: var(--hoidap-ink, #17202b);
  --soft: var(--hoidap-ink-soft, #4d5a69);
  --surface: var(--hoidap-surface, #fff);
  --line: var(--hoidap-line, #d7dde4);
  --edge: var(--hoidap-edge, #7b8896);
  --accent: var(--hoidap-accent, #0b5394);
  --on: var(--hoidap-on-accent, #fff);
  --active: var(--hoidap-active, #e8f1fa);
  --mark: var(--hoidap-mark, #ffe79a);
  --mark-ink: var(--hoidap-mark-ink, #17202b);
  --alert: var(--hoidap-alert, #9c1c1c);
  --round: var(--hoidap-radius, 12px);
  display: block !important;
  position: relative !important;
  box-sizing: border-box !important;
  margin: var(--hoidap-margin, 0) !important;
  max-width: var(--hoidap-width, 40em) !important;
  font: var(--hoidap-font-size, 16px)/1.6 var(--hoidap-font, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif) !important;
  color: var(--ink) !important;
  color-scheme: light !important;
  text-align: start !important;
}
:host([hidden]) { display: none !important; }
:host([mode="dialog"]) { display: inline-block !important; max-width: none !important; }
@media (prefers-color-scheme: dark) {
  :host([theme="auto"]) {
    --ink: var(--hoidap-ink, #e8ecf1);
    --soft: var(--hoidap-ink-soft, #a9b5c2);
    --surface: var(--hoidap-surface, #1a212a);
    --line: var(--hoidap-line, #313c48);
    --edge: var(--hoidap-edge, #7f8d9c);
    --accent: var(--hoidap-accent, #8fc3f5);
    --on: var(--hoidap-on-accent, #0b1a29);
    --active: var(--hoidap-active, #24384c);
    --mark: var(--hoidap-mark, #5e4a08);
    --mark-ink: var(--hoidap-mark-ink, #fff4cf);
    --alert: var(--hoidap-alert, #f5a3a3);
    color-scheme: dark !important;
  }
}
:host([theme="dark"]) {
  --ink: var(--hoidap-ink, #e8ecf1);
  --soft: var(--hoidap-ink-soft, #a9b5c2);
  --surface: var(--hoidap-surface, #1a212a);
  --line: var(--hoidap-line, #313c48);
  --edge: var(--hoidap-edge, #7f8d9c);
  --accent: var(--hoidap-accent, #8fc3f5);
  --on: var(--hoidap-on-accent, #0b1a29);
  --active: var(--hoidap-active, #24384c);
  --mark: var(--hoidap-mark, #5e4a08);
  --mark-ink: var(--hoidap-mark-ink, #fff4cf);
  --alert: var(--hoidap-alert, #f5a3a3);
  color-scheme: dark !important;
}
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
p { margin: 0; }
button, input { font: inherit; color: inherit; }
button { cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.label { display: block; margin-bottom: .3em; font-weight: 600; }
.field {
  display: flex; align-items: center; gap: .6em; min-height: 3em; padding: 0 .4em 0 .9em;
  background: var(--surface); border: 1px solid var(--edge); border-radius: var(--round);
}
.field:focus-within { outline: 3px solid var(--accent); outline-offset: -1px; }
.field svg { flex: none; width: 1.2em; height: 1.2em; color: var(--soft); }
input { flex: 1; min-width: 0; padding: .6em 0; background: none; border: 0; outline: none; line-height: 1.5; }
input:focus-visible { outline: 0; }
input::placeholder { color: var(--soft); opacity: 1; }
.icon {
  flex: none; display: grid; place-items: center; width: 2.25em; height: 2.25em; padding: 0;
  background: none; border: 0; border-radius: calc(var(--round) * .6); color: var(--soft);
}
.icon svg { width: 1.2em; height: 1.2em; }
.icon:hover { color: var(--ink); background: var(--active); }
.panel {
  position: absolute; z-index: 2147483000; inset-inline: 0; margin-top: .4em; overflow: auto; overscroll-behavior: contain;
  max-height: min(var(--hoidap-max-height, 32em), 75vh);
  background: var(--surface); border: 1px solid var(--line); border-radius: var(--round);
  box-shadow: 0 8px 32px rgb(0 0 0 / 18%);
}
.group { padding: .5em; }
.group + .group { border-top: 1px solid var(--line); }
.name { padding: .35em .6em; font-size: .9em; font-weight: 600; color: var(--soft); }
.option { display: block; padding: .6em; color: var(--ink); text-decoration: none; border-radius: calc(var(--round) * .6); }
.option:hover, .option[aria-selected="true"] { background: var(--active); }
.option[aria-selected="true"] { box-shadow: inset 3px 0 0 var(--accent); }
.short { display: block; font-size: 1.2em; font-weight: 650; line-height: 1.5; }
.line { display: block; }
.quiet { color: var(--soft); }
.meta { display: block; margin-top: .2em; font-size: .9em; color: var(--soft); }
.title { display: block; font-weight: 600; color: var(--accent); }
mark { padding: .1em .1em; color: var(--mark-ink); background: var(--mark); border-radius: 3px; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.whole mark { padding: 0; color: inherit; background: none; }
.note { padding: 1em 1.1em; }
.note strong { display: block; font-weight: 650; }
.note.bad strong { color: var(--alert); }
.note:not([hidden]) + div { border-top: 1px solid var(--line); }
.foot { padding: .6em 1.1em; border-top: 1px solid var(--line); font-size: .92em; }
.foot a { color: var(--accent); text-underline-offset: .2em; }
.again {
  margin-top: .6em; padding: .35em 1em; min-height: 2.4em; background: var(--surface);
  border: 1px solid var(--edge); border-radius: calc(var(--round) * .6);
}
.say { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.open {
  display: inline-flex; align-items: center; gap: .6em; min-height: 2.75em; padding: .4em 1em;
  color: var(--on); background: var(--accent); border: 0; border-radius: var(--round); font-weight: 600; line-height: 1.5;
}
.open:focus-visible { outline-offset: 3px; }
.open svg { width: 1.15em; height: 1.15em; }
kbd { padding: 0 .45em; font: inherit; font-size: .85em; font-weight: 400; border: 1px solid currentColor; border-radius: 5px; }
dialog {
  width: min(44em, calc(100vw - 2em)); max-width: none; max-height: min(46em, calc(100vh - 4em)); margin: 8vh auto auto;
  padding: 1.1em; overflow: hidden; color: var(--ink); background: var(--surface);
  border: 1px solid var(--line); border-radius: calc(var(--round) * 1.25); box-shadow: 0 16px 64px rgb(0 0 0 / 30%);
}
dialog[open] { display: flex; flex-direction: column; }
dialog::backdrop { background: rgb(8 16 24 / 55%); }
dialog .head { display: flex; align-items: center; justify-content: space-between; margin-bottom: .4em; }
dialog .label { margin: 0; }
dialog .field { flex: none; }
dialog .panel { position: static; min-height: 0; max-height: none; margin: .75em -1.1em -1.1em; border-width: 1px 0 0; border-radius: 0; box-shadow: none; }
dialog .hint { margin-top: .75em; color: var(--soft); }
.busy { position: relative; overflow: hidden; }
.busy::after {
  content: ""; position: absolute; inset: auto 0 0 0; height: 3px; background: var(--accent);
  animation: run 1.2s ease-in-out infinite; transform-origin: left;
}
@keyframes run { 0% { transform: translateX(-100%); } 100% { transform: translateX(100%); } }
@media (prefers-reduced-motion: reduce) { .busy::after { animation: none; opacity: .6; } }
@media (forced-colors: active) { .option[aria-selected="true"] { outline: 2px solid; } mark { forced-color-adjust: none; } }
`;

let sheet; // shared by every box on the page
let boxes = 0;

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === false || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== "" && child !== undefined));
  return element;
}

function picture(path) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const line = document.createElementNS(space, "path");
  const looks = { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round" };
  for (const [name, value] of Object.entries({ ...looks, "aria-hidden": "true" })) svg.setAttribute(name, value);
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

const LENS = "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20 20";
const CROSS = "M6 6l12 12M18 6 6 18";

// What a click may open: pages, never scripts.
function safeLink(address, base) {
  try {
    const url = new URL(address, base);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
  } catch {
    return undefined;
  }
}

// Enter while an input method composes chooses a word; it must neither ask nor open anything.
const composing = (event) => event.isComposing || event.keyCode === 229;

class Trouble extends Error {
  constructor(message, again) {
    super(message);
    this.again = again;
  }
}

class HoidapSearch extends HTMLElement {
  static observedAttributes = ["endpoint", "site", "lang", "mode", "label", "placeholder", "hotkeys"];

  #root;
  #parts = {};
  #options = [];
  #active = -1;
  #asked = "";
  #pending = "";
  #timer;
  #request;
  #replies = new Map();
  #failed = false;

  connectedCallback() {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
    }
    this.#root ??= this.attachShadow({ mode: "open" });
    this.#root.adoptedStyleSheets = [sheet];
    this.#build();
    document.addEventListener("keydown", this.#onHotkey);
    window.addEventListener("online", this.#onOnline);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#onHotkey);
    window.removeEventListener("online", this.#onOnline);
    this.#cancel();
  }

  attributeChangedCallback(name, before, after) {
    if (!this.#parts.input || before === after) return;
    this.#cancel();
    this.#replies.clear();
    this.#build();
  }

  /** Open the dialog, or put the cursor into the box. */
  open() {
    const { dialog, input } = this.#parts;
    if (dialog && !dialog.open) dialog.showModal();
    input.focus();
    input.select();
  }

  close() {
    this.#parts.dialog?.close();
    this.#hide();
  }

  get #language() {
    return this.getAttribute("lang") === "en" ? "en" : "vi";
  }

  get #words() {
    return WORDS[this.#language];
  }

  get #endpoint() {
    return safeLink(this.getAttribute("endpoint") ?? "", location.href);
  }

  get #isDialog() {
    return this.getAttribute("mode") === "dialog";
  }

  // -- drawing -----------------------------------------------------------------------------------------------------

  #build() {
    const words = this.#words;
    const id = (boxes += 1);
    const label = make("label", { class: "label", for: `q${id}`, part: "label" }, this.getAttribute("label") ?? words.label);
    const input = make("input", {
      id: `q${id}`, part: "input", type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": `l${id}`,
      "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search",
      maxlength: "1000", placeholder: this.getAttribute("placeholder") ?? words.placeholder,
    });
    const clear = make("button", { class: "icon", type: "button", "aria-label": words.clear, hidden: true }, picture(CROSS));
    const field = make("div", { class: "field", part: "field" }, picture(LENS), input, clear);
    const note = make("div", { class: "note", part: "note", hidden: true });
    const list = make("div", { id: `l${id}`, role: "listbox", "aria-label": words.results });
    const more = make("a", { target: "_blank", rel: "noopener noreferrer" }, words.more);
    const foot = make("div", { class: "foot", part: "foot" }, more);
    const panel = make("div", { class: "panel", part: "results", hidden: true }, note, list, foot);
    const say = make("div", { class: "say", role: "status" });
    this.#parts = { input, clear, field, note, list, more, panel, say };
    const whole = this.#isDialog ? this.#dialog(label, field, panel, say) : [make("div", { part: "box" }, label, field, panel, say)];
    this.#root.replaceChildren(...whole);
    this.setAttribute("data-hoidap", "ready");
    input.addEventListener("input", () => this.#onInput());
    input.addEventListener("keydown", (event) => this.#onKey(event));
    clear.addEventListener("click", () => this.#clear());
    if (!this.#isDialog) {
      input.addEventListener("focus", () => this.#options.length && this.#show());
      this.#root.firstChild.addEventListener("focusout", (event) => {
        if (!this.#root.contains(event.relatedTarget)) this.#hide();
      });
      // A click into the panel must not take the focus, and with it the panel, away before it counts.
      panel.addEventListener("mousedown", (event) => event.target.closest("a, button") || event.preventDefault());
    }
  }

  #dialog(label, field, panel, say) {
    const words = this.#words;
    const key = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘ K" : "Ctrl K";
    const shown = this.#hotkeys.includes("k") ? make("kbd", { "aria-hidden": "true" }, key) : "";
    const button = make("button", { class: "open", part: "button", type: "button", "aria-haspopup": "dialog" },
      picture(LENS), this.getAttribute("label") ?? words.open, shown);
    const close = make("button", { class: "icon", type: "button", "aria-label": words.close }, picture(CROSS));
    label.id = `${label.getAttribute("for")}n`;
    const dialog = make("dialog", { part: "dialog", "aria-labelledby": label.id },
      make("div", { class: "head" }, label, close), field, make("p", { class: "hint" }, words.hint), panel, say);
    this.#parts.dialog = dialog;
    this.#parts.hint = dialog.querySelector(".hint");
    button.addEventListener("click", () => this.open());
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => this.#cancel());
    return [button, dialog];
  }

  // -- keys --------------------------------------------------------------------------------------------------------

  get #hotkeys() {
    const wanted = this.getAttribute("hotkeys") ?? "k /";
    return wanted.split(/\s+/).filter((key) => key === "k" || key === "/");
  }

  #onHotkey = (event) => {
    if (event.defaultPrevented || composing(event) || event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const target = event.composedPath()[0];
    const typing = target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));
    const k = control && !event.shiftKey && event.key.toLowerCase() === "k" && this.#hotkeys.includes("k");
    const slash = !control && event.key === "/" && !typing && this.#hotkeys.includes("/");
    if (!k && !slash) return;
    event.preventDefault();
    this.open();
  };

  #onKey(event) {
    if (composing(event)) return;
    const { input, panel } = this.#parts;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!this.#options.length) return;
      event.preventDefault();
      this.#show();
      this.#move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.#active >= 0 && !panel.hidden) this.#options[this.#active].click();
      else this.#ask(input.value);
    } else if (event.key === "Escape" && !this.#isDialog) {
      event.preventDefault();
      if (panel.hidden) this.#clear();
      else this.#hide();
    }
  }

  #move(step) {
    const count = this.#options.length;
    this.#choose(this.#active < 0 && step < 0 ? count - 1 : (this.#active + step + count) % count);
  }

  #choose(index) {
    this.#options[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = index;
    const chosen = this.#options[index];
    if (!chosen) {
      this.#parts.input.removeAttribute("aria-activedescendant");
      return;
    }
    chosen.setAttribute("aria-selected", "true");
    this.#parts.input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  #onInput() {
    const { input, clear } = this.#parts;
    const question = input.value.trim();
    clear.hidden = !input.value;
    clearTimeout(this.#timer);
    this.#choose(-1);
    if (!question) {
      this.#clear();
    } else if (question.length >= LEAST) {
      this.#timer = setTimeout(() => this.#ask(question), WAIT_MS);
    }
  }

  #clear() {
    const { input, clear, say } = this.#parts;
    this.#cancel();
    input.value = "";
    clear.hidden = true;
    say.textContent = "";
    this.#asked = "";
    this.#draw([], []);
    this.#hide();
    input.focus();
  }

  // -- asking ------------------------------------------------------------------------------------------------------

  #cancel() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = undefined;
    this.#pending = "";
    this.#busy(false);
  }

  async #ask(typed) {
    const question = typed.trim();
    if (question && question === this.#pending) return; // Enter, while the pause after the last key has asked already
    if (!question || (question === this.#asked && !this.#failed)) {
      if (question) this.#show();
      return;
    }
    this.#cancel();
    this.#pending = question;
    const request = (this.#request = new AbortController());
    const slow = setTimeout(() => request === this.#request && this.#busy(true), BUSY_MS);
    const late = setTimeout(() => request.abort(LATE), LIMIT_MS);
    try {
      const reply = this.#replies.get(question) ?? (await this.#fetch(question, request.signal));
      if (request !== this.#request) return; // somebody typed on: this answers an older question
      this.#keep(question, reply);
      this.#asked = question;
      this.#failed = false;
      this.#showReply(question, reply);
    } catch (error) {
      if (request === this.#request) this.#showTrouble(question, error);
    } finally {
      clearTimeout(slow);
      clearTimeout(late);
      if (request === this.#request) {
        this.#pending = "";
        this.#busy(false);
      }
    }
  }

  async #fetch(question, signal) {
    const words = this.#words;
    const site = this.getAttribute("site") ?? "";
    if (!this.#endpoint || !site) {
      console.error("[hoidap] <hoidap-search> needs the attributes endpoint and site");
      throw new Trouble(words.setup, false);
    }
    let response;
    try {
      response = await fetch(new URL(`/sites/${encodeURIComponent(site)}/ask`, this.#endpoint), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ question, lang: this.#language }),
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
        signal,
      });
    } catch (error) {
      // A page that is not among the site's origins looks the same as a network that is down: the browser tells neither.
      if (!signal.aborted) console.warn(`[hoidap] no answer from ${this.#endpoint}: is ${location.origin} an origin of the site ${site}?`, error);
      throw new Trouble(words.offline, true);
    }
    if (response.ok) return response.json();
    const seconds = Number(response.headers.get("Retry-After")) || 5;
    if (response.status === 429) throw new Trouble(words.often(seconds), true);
    if (response.status === 503) {
      const reply = await response.json().catch(() => ({}));
      throw new Trouble(reply.error?.code === "not_ready" ? words.empty : words.failed, true);
    }
    if (response.status === 422) throw new Trouble(words.long, false);
    if (response.status === 403 || response.status === 404) throw new Trouble(words.setup, false);
    throw new Trouble(words.failed, true);
  }

  #keep(question, reply) {
    this.#replies.set(question, reply);
    if (this.#replies.size > KEPT) this.#replies.delete(this.#replies.keys().next().value);
  }

  #onOnline = () => {
    if (this.#failed && !this.#parts.panel.hidden) this.#ask(this.#parts.input.value);
  };

  #busy(yes) {
    const { field, say } = this.#parts;
    field?.classList.toggle("busy", yes);
    if (yes) say.textContent = this.#words.busy;
  }

  // -- showing -----------------------------------------------------------------------------------------------------

  #show() {
    const { input, panel, hint } = this.#parts;
    panel.hidden = false;
    if (hint) hint.hidden = true;
    input.setAttribute("aria-expanded", String(this.#options.length > 0));
  }

  #hide() {
    const { input, panel, hint } = this.#parts;
    panel.hidden = true;
    if (hint) hint.hidden = false;
    input.setAttribute("aria-expanded", "false");
    this.#choose(-1);
  }

  #note(text, detail, bad, action) {
    const { note } = this.#parts;
    note.classList.toggle("bad", bad);
    note.hidden = !text;
    note.replaceChildren(...(text ? [make("strong", {}, text)] : []), ...(detail ? [make("p", {}, detail)] : []), ...(action ? [action] : []));
  }

  #showReply(question, reply) {
    const words = this.#words;
    const answers = reply.answers ?? [];
    const passages = reply.passages ?? [];
    this.#more(question);
    this.#note(answers.length ? "" : words.none, answers.length ? "" : words.tips, false);
    this.#draw(answers, passages);
    const text = answers[0]?.text ?? "";
    this.#parts.say.textContent = answers.length ? words.said(text, this.#options.length) : `${words.none}. ${words.tips}`;
    this.#show();
  }

  #showTrouble(question, error) {
    const words = this.#words;
    const known = error instanceof Trouble;
    if (!known && error !== LATE) console.error("[hoidap]", error);
    const message = known ? error.message : error === LATE ? words.offline : words.failed;
    const again = known ? error.again : true;
    const button = again ? make("button", { class: "again", type: "button" }, words.retry) : undefined;
    button?.addEventListener("click", () => {
      this.#parts.input.focus();
      this.#ask(this.#parts.input.value);
    });
    this.#failed = true;
    this.#more(question);
    this.#draw([], []);
    this.#note(message, "", true, button);
    this.#parts.say.textContent = message;
    this.#show();
  }

  #more(question) {
    const address = new URL("/", this.#endpoint ?? location.href);
    address.searchParams.set("q", question);
    if (this.#language === "en") address.searchParams.set("lang", "en");
    this.#parts.more.href = address.href;
  }

  #draw(answers, passages) {
    const { list } = this.#parts;
    const words = this.#words;
    this.#options = [];
    this.#choose(-1);
    const groups = [];
    if (answers.length) groups.push(this.#group(words.answers, answers.map((answer) => this.#answer(answer))));
    if (passages.length) {
      groups.push(this.#group(answers.length ? words.passages : words.looked, passages.map((passage) => this.#passage(passage))));
    }
    list.replaceChildren(...groups);
    list.hidden = !groups.length;
  }

  #group(name, options) {
    const title = make("div", { class: "name", "aria-hidden": "true" }, name);
    return make("div", { class: "group", role: "group", "aria-label": name }, title, ...options);
  }

  #option(address, ...children) {
    const option = make("a", {
      class: "option", part: "option", role: "option", id: `${this.#parts.list.id}o${this.#options.length}`,
      "aria-selected": "false", tabindex: "-1", target: "_blank", rel: "noopener noreferrer",
      href: safeLink(address ?? "", this.#endpoint),
    }, ...children);
    this.#options.push(option);
    return option;
  }

  #answer(answer) {
    const { before = "", quote = "", after = "", text = "", level, sources = [] } = answer;
    const whole = !before.trim() && !after.trim();
    const short = whole ? "" : make("span", { class: "short", part: "answer" }, text);
    const sentence = make("span", { class: whole ? "line whole" : "line", part: "sentence" }, before, make("mark", { part: "mark" }, quote), after);
    const source = sources[0];
    const facts = [this.#words.level[level], source?.title, source?.date].filter(Boolean);
    return this.#option(source?.view, short, sentence, make("span", { class: "meta" }, facts.join(" · ")));
  }

  #passage(passage) {
    const facts = [passage.date, passage.heading].filter(Boolean);
    return this.#option(
      passage.view,
      make("span", { class: "title" }, passage.title ?? ""),
      facts.length ? make("span", { class: "meta" }, facts.join(" · ")) : "",
      make("span", { class: "line quiet" }, passage.snippet ?? ""),
    );
  }
}

if (!customElements.get("hoidap-search")) customElements.define("hoidap-search", HoidapSearch);
