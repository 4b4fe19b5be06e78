// The pages of a filing work without this. It adds: saving while one types, uploads with their progress, printing.
"use strict";

const WAIT = 700; // milliseconds without a key before what was typed is saved
const AGAIN = 3000;

const form = document.querySelector("form[data-autosave]");
if (form) keepWhileTyping(form, document.getElementById("saved"));

function keepWhileTyping(form, line) {
  let kept = typed(), timer = 0, under_way = false, leaving = false;

  function typed() {
    return new URLSearchParams(new FormData(form)).toString();
  }
  function say(text, trouble = false) {
    line.textContent = text;
    line.classList.toggle("trouble", trouble);
  }
  async function save() {
    clearTimeout(timer);
    const now = typed();
    if (now === kept || under_way) return;
    under_way = true;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: new URLSearchParams(now), redirect: "manual", keepalive: true,
      });
      if (answer.ok) {
        kept = now;
        say(await answer.text());
      } else {
        say(answer.type === "opaqueredirect" ? line.dataset.ended : line.dataset.refused, true);
        timer = setTimeout(save, AGAIN);
      }
    } catch {
      say(line.dataset.offline, true);
      timer = setTimeout(save, AGAIN);
    }
    under_way = false;
    if (typed() !== now) timer = setTimeout(save, WAIT);
  }

  form.addEventListener("input", (event) => {
    if (event.isComposing || leaving) return;
    if (!line.classList.contains("trouble")) say(line.dataset.saving);
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  });
  form.addEventListener("compositionend", () => { timer = setTimeout(save, WAIT); });
  addEventListener("online", save);
  // A closed tab saves what was typed in its last moment.
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && !leaving) save(); });
  addEventListener("pagehide", () => { if (!leaving) save(); });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) {
      leaving = true;
      clearTimeout(timer);
      return;
    }
    // Leaving now would lose the page and what stands in it.
    event.preventDefault();
    delete form.dataset.sent;
    say(line.dataset.offline, true);
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (!leaving && line.classList.contains("trouble") && typed() !== kept) event.preventDefault();
  });
}

function watchUploads() {
  document.querySelector(".papers")?.classList.add("scripted");
  for (const form of document.querySelectorAll("form[data-upload]")) {
    form.querySelector("input[type=file]").addEventListener("change", () => send(form));
    form.addEventListener("submit", (event) => { event.preventDefault(); send(form); });
  }
}

function send(form) {
  const file = form.querySelector("input[type=file]").files[0];
  if (!file) return;
  const row = form.closest("li"), bar = row.querySelector("progress"), trouble = row.querySelector("[data-trouble]");
  const tell = (text) => {
    trouble.textContent = text.replace("{name}", file.name);
    trouble.hidden = false;
    bar.hidden = true;
    form.reset();
  };
  trouble.hidden = true;
  if (file.size > Number(form.dataset.largest)) return tell(form.dataset.tooLarge);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.responseType = "document";
  request.upload.addEventListener("progress", (event) => { bar.value = (100 * event.loaded) / event.total; });
  request.addEventListener("error", () => tell(form.dataset.broken));
  request.addEventListener("load", () => {
    const fresh = request.response?.getElementById("evidence");
    if (!fresh) return request.status === 413 ? tell(form.dataset.tooLarge) : location.reload();
    document.getElementById("evidence").replaceWith(document.adoptNode(fresh));
    watchUploads();
    const told = document.getElementById("problem") ?? document.getElementById(row.id);
    told.tabIndex = -1;
    told.focus();
  });
  bar.hidden = false;
  request.send(new FormData(form));
}
watchUploads();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
