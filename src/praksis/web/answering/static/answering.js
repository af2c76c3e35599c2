// Conveniences only: every rule is the server's, and every page works without this.
'use strict';

// The exclusive option of a multiple choice clears the others, and they clear it.
document.querySelectorAll('[data-kind="multiple"]').forEach((question) => {
  const boxes = [...question.querySelectorAll('input[type="checkbox"]')];
  question.addEventListener('change', (event) => {
    if (!event.target.checked) return;
    const alone = event.target.hasAttribute('data-alone');
    boxes.filter((box) => box !== event.target && (alone || box.hasAttribute('data-alone')))
      .forEach((box) => { box.checked = false; });
  });
});

// Screen readers are told the count a moment after the last key, not at every key.
const tell = (line, text, over) => {
  line.hidden = false;
  line.textContent = text;
  line.classList.toggle('over', over);
  clearTimeout(line.waiting);
  line.waiting = setTimeout(() => { line.setAttribute('role', 'status'); line.textContent = text; }, 800);
};

// How many characters are left, counted as the server counts them.
document.querySelectorAll('[data-longest]').forEach((field) => {
  const line = field.parentElement.querySelector('[data-left]');
  const count = () => {
    const left = Number(field.dataset.longest) - [...field.value.trim()].length;
    tell(line, `${left < 0 ? line.dataset.over : line.dataset.left}: ${Math.abs(left)}`, left < 0);
  };
  field.addEventListener('input', count);
});

// What the parts of a split sum to so far; nothing while a part is not a number.
document.querySelectorAll('[data-sum]').forEach((split) => {
  const line = split.querySelector('[data-sum-now]');
  const fields = [...split.querySelectorAll('input[type="text"]')];
  const add = () => {
    const parts = fields.map((field) => Number(field.value.replace(/\s/g, '').replace(',', '.') || 0));
    const sum = Math.round(parts.reduce((all, part) => all + part, 0) * 1e6) / 1e6;
    if (Number.isNaN(sum)) { line.hidden = true; return; }
    tell(line, `${line.dataset.sumNow}: ${String(sum).replace('.', line.dataset.decimal)}`, sum > Number(split.dataset.sum));
  };
  split.addEventListener('input', add);
});
