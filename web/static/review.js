// The desk works without this. It adds: verdicts that leave what is being typed elsewhere on the page as it is.
"use strict";

addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-swap]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const id = form.dataset.swap;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const again = `${form.className}|${body.get("kind")}|${event.submitter.value}`;
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(id);
    if (!answer.ok || !fresh) throw new Error(answer.status);
    document.getElementById(id).replaceWith(fresh);
    history.replaceState(null, "", answer.url.split("#")[0]);
    // What is typed into the action card stays; only what the checklist suggests is ticked anew.
    const suggested = page.querySelector(".phrases");
    const untouched = document.querySelector(".phrases");
    if (suggested && untouched && !untouched.querySelector(":checked")) untouched.replaceWith(suggested);
  } catch {
    // Something stands against it, or the line is cut: the page itself says so.
    form.removeAttribute("data-swap");
    form.requestSubmit(event.submitter);
    return;
  }
  const buttons = [...document.querySelectorAll(`#${id} form[data-swap] button[name]`)];
  buttons.find((each) => `${each.form.className}|${each.form.elements.kind.value}|${each.value}` === again)?.focus();
});
