// The desk works without this. It adds: the name of a chosen file, the focus on what is wrong, and no double sending.
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
