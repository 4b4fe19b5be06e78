// The queue works without this. It adds: the count and sum of what is picked, all of a page at once, and keys through
// the rows (a box turns them off; they rest while somebody types or an input method composes).
"use strict";

const boxes = [...document.querySelectorAll("input[name=picked]")];
const bar = document.getElementById("bulk");
const all = document.getElementById("pick-all");

if (bar && boxes.length) {
  const said = bar.querySelector("[data-picked]");
  const amount = (yuan) =>
    bar.dataset.wan
      ? `${(yuan / 10000).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 4 })} ${bar.dataset.wan}`
      : `CNY ${yuan.toLocaleString("en")}`;
  const tell = () => {
    const picked = boxes.filter((each) => each.checked);
    const yuan = picked.reduce((sum, each) => sum + Number(each.dataset.yuan), 0);
    bar.hidden = !picked.length;
    said.textContent = bar.dataset.count.replace("{n}", picked.length).replace("{a}", amount(yuan));
    all.checked = picked.length === boxes.length;
    all.indeterminate = picked.length > 0 && !all.checked;
  };
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const each of boxes) each.checked = all.checked;
    tell();
  });
  for (const each of boxes) each.addEventListener("change", tell);
  addEventListener("pageshow", tell);
  tell();
}

const rows = [...document.querySelectorAll("table[data-keys] tbody tr")];
const keys = document.getElementById("keys");
const help = document.getElementById("help");
if (rows.length && keys) {
  keys.closest("[hidden]").hidden = false;
  keys.checked = localStorage.getItem("keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));
  document.querySelector("[data-help]").addEventListener("click", () => help.showModal());
  const at = () => rows.indexOf(document.activeElement?.closest("tr"));
  const go = (step) => {
    const to = Math.min(rows.length - 1, Math.max(0, at() < 0 ? 0 : at() + step));
    rows[to].querySelector("th a").focus();
  };
  const work = { j: () => go(1), k: () => go(-1), x: () => rows[at()]?.querySelector("[name=picked]")?.click(), "?": () => help.showModal() };
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]), select, textarea, dialog");
    // An input method that composes says so; some name its keys "Process" or give them the code 229 instead.
    const composing = event.isComposing || event.keyCode === 229;
    if (!keys.checked || typing || composing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!work[event.key]) return;
    work[event.key]();
    event.preventDefault();
  });
}
