// An article: a field that is pointed at, or has the keyboard, lights up its words; words light up their fields.
const marks = (field) => document.getElementsByClassName(field.id);
const fieldsOf = (mark) => [...mark.classList].filter((name) => /^f\d+$/.test(name)).map((name) => document.getElementById(name));

function light(elements, on) {
  for (const element of elements) element?.classList.toggle("lit", on);
}

for (const [on, names] of [[true, ["pointerover", "focusin"]], [false, ["pointerout", "focusout"]]]) {
  for (const name of names) {
    document.addEventListener(name, ({ target }) => {
      const field = target.closest?.(".field");
      if (field) light(marks(field), on);
      for (let mark = target.closest?.("mark"); mark; mark = mark.parentElement.closest("mark")) light(fieldsOf(mark), on);
    });
  }
}
