// The desk works without this. It adds: j and k through the queue (a box turns them off), the name of a chosen
// file, the focus on what is wrong, and no double sending.
"use strict";

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
// A page that comes back from the browser's memory may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const name of document.querySelectorAll("[data-file]")) {
  const input = name.parentElement.querySelector("input");
  input.addEventListener("change", () => {
    name.textContent = input.files[0]?.name ?? "";
  });
}

const problem = document.getElementById("problem");
if (problem) {
  problem.tabIndex = -1;
  problem.focus();
}

const rows = [...document.querySelectorAll("table[data-keys] tbody tr th a")];
const box = document.getElementById("keys");
if (rows.length && box) {
  box.closest("[hidden]").hidden = false;
  box.checked = localStorage.getItem("keys") !== "off";
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (!box.checked || typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))].focus();
    event.preventDefault();
  });
}
