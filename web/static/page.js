// Add to the pages what a plain form cannot do. Every page is complete without this file.
// Nothing here makes HTML out of text, and no text is cut by offsets: the server has done that.

const RECENT = "hoidap.recent";
const THEME = "hoidap.theme";
const MOST_RECENT = 8;
const ALIVE_MS = 4000;

const $ = (selector, root = document) => root.querySelector(selector);

// Storage may be full or switched off: then nothing is remembered, and nothing else changes.
function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key, value) {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // as above
  }
}

// -- theme ---------------------------------------------------------------------------------------------------------

function offerThemes() {
  const choice = $("[data-theme-choice]");
  choice.value = document.documentElement.dataset.theme ?? "";
  choice.closest("label").hidden = false;
  choice.addEventListener("change", () => {
    if (choice.value) document.documentElement.dataset.theme = choice.value;
    else delete document.documentElement.dataset.theme;
    store(THEME, choice.value);
  });
}

// -- asking --------------------------------------------------------------------------------------------------------

// Enter while an input method composes chooses a word; it must not send the question.
function composing(event) {
  return event.isComposing || event.keyCode === 229;
}

// Look whether the server is there before the page is left, so that a question is not lost to the browser's own page.
async function alive(address) {
  try {
    return (await fetch(address, { signal: AbortSignal.timeout(ALIVE_MS), cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

function improveAsking(form) {
  const input = form.elements.q;
  const state = $("[data-ask-state]", form);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && composing(event)) event.preventDefault();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!input.value.trim() || form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    state.classList.remove("is-offline");
    state.textContent = state.dataset.asking;
    if (await alive(form.dataset.alive)) {
      form.submit();
      return;
    }
    form.removeAttribute("aria-busy");
    state.classList.add("is-offline");
    state.textContent = state.dataset.offline;
  });
  window.addEventListener("pageshow", () => {
    form.removeAttribute("aria-busy");
    state.textContent = "";
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

// -- recent questions ----------------------------------------------------------------------------------------------

function recentQuestions() {
  try {
    const found = JSON.parse(stored(RECENT) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each === "string").slice(0, MOST_RECENT) : [];
  } catch {
    return [];
  }
}

function remember(question) {
  const others = recentQuestions().filter((each) => each !== question);
  store(RECENT, JSON.stringify([question, ...others].slice(0, MOST_RECENT)));
}

function showRecent(section) {
  const list = $("[data-recent-list]", section);
  const questions = recentQuestions();
  section.hidden = questions.length === 0;
  list.replaceChildren(
    ...questions.map((question) => {
      const link = document.createElement("a");
      const address = new URL(location.pathname, location.href);
      address.searchParams.set("q", question);
      if (document.documentElement.lang === "en") address.searchParams.set("lang", "en");
      link.href = address.href;
      link.textContent = question;
      const item = document.createElement("li");
      item.append(link);
      return item;
    }),
  );
  $("[data-recent-clear]", section).addEventListener("click", () => {
    store(RECENT, "");
    section.hidden = true;
    $("[data-ask]")?.elements.q.focus();
  });
}

// -- feedback ------------------------------------------------------------------------------------------------------

function improveFeedback(form) {
  const state = $("[data-feedback-state]", form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    let sent = false;
    try {
      const reply = await fetch(form.action, {
        method: "POST",
        body: fields,
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(ALIVE_MS),
      });
      sent = reply.ok;
    } catch {
      sent = false;
    }
    form.classList.toggle("is-sent", sent);
    state.textContent = sent ? form.dataset.thanks : form.dataset.failed;
    if (sent) {
      state.tabIndex = -1;
      state.focus();
    }
  });
}

// -- the document --------------------------------------------------------------------------------------------------

// The clipboard needs a secure context; on a plain http intranet the older way works, from a field that is visible.
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.closest("details").open = true;
    field.select();
    return document.execCommand("copy");
  }
}

function offerCopying(button) {
  const field = document.getElementById(button.dataset.copy);
  const state = $("[data-copy-state]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copied(field);
    state.textContent = done ? button.dataset.copied : button.dataset.notCopied;
    if (!done) field.focus();
  });
}

function goToQuote(mark) {
  if (location.hash !== "#trich-dan") mark.scrollIntoView({ block: "center", behavior: "instant" });
}

offerThemes();
const ask = $("[data-ask]");
if (ask) improveAsking(ask);
const asked = $("[data-remember]");
if (asked) remember(asked.dataset.remember);
const recent = $("[data-recent]");
if (recent) showRecent(recent);
document.querySelectorAll("[data-feedback]").forEach(improveFeedback);
const copyButton = $("[data-copy]");
if (copyButton) offerCopying(copyButton);
const mark = document.getElementById("trich-dan");
if (mark) goToQuote(mark);
