// The agenda works without this. It adds: the budget as it fills while claims are ticked, and a button that prints.
"use strict";

const print_ = document.querySelector("[data-print]");
if (print_) {
  print_.hidden = false;
  print_.addEventListener("click", () => print());
}

const money = document.getElementById("money");
const boxes = [...document.querySelectorAll("#sitting [name=picked]:not(:disabled)")];
if (money && boxes.length) {
  const all = document.getElementById("pick-all");
  const { available, wan, text, over } = money.dataset;
  const left = Number(available);
  const amount = (yuan) =>
    wan
      ? `${(yuan / 10000).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 4 })} ${wan}`
      : `CNY ${yuan.toLocaleString("en")}`;
  const bar = money.querySelector("[data-picked]");
  const beyond = money.querySelector("[data-beyond]");
  const whole = Number(money.dataset.whole);
  const tell = () => {
    const picked = boxes.filter((each) => each.checked);
    const yuan = picked.reduce((sum, each) => sum + Number(each.dataset.yuan), 0);
    const said = money.querySelector("[data-said]");
    said.textContent = (yuan > left ? over : text)
      .replace("{n}", picked.length)
      .replace("{a}", amount(yuan))
      .replace("{b}", amount(Math.abs(left - yuan)));
    said.classList.toggle("err", yuan > left);
    bar.setAttribute("width", (1000 * Math.min(yuan, left)) / whole);
    beyond?.setAttribute("width", (1000 * Math.max(0, yuan - left)) / whole);
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
