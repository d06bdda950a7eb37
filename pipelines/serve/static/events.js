// The page of events: what the filters name is shown without loading the page anew. Without this file the forms and links do it.
import { showMap } from "./map.js";
import { brush } from "./timeline.js";

const form = document.getElementById("filters");
const map = showMap(document.getElementById("map"), (box) => go({ box }));
const status = () => document.getElementById("results");

/** The address of the view with some filters changed; null takes one out. A change starts the list at its beginning. */
function addressWith(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries({ page: null, ...changes })) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  return `/?${query}`;
}

function go(changes) {
  show(addressWith(changes), true);
}

let asked = 0;

/** Fetch a view and put its parts in place of those shown. */
async function show(address, isNew) {
  const turn = ++asked;
  status().classList.add("busy");
  let answer;
  try {
    answer = await fetch(address);
  } catch {
    location.assign(address); // the browser says what is wrong
    return;
  }
  const html = await answer.text();
  if (turn !== asked) return; // something else was asked for meanwhile
  if (!answer.ok) {
    location.assign(address);
    return;
  }
  const seen = new DOMParser().parseFromString(html, "text/html");
  const focus = document.activeElement;
  const key = focus && { name: focus.name, href: focus.getAttribute?.("href") };
  for (const id of ["filters", "over", "results"]) {
    const [old, fresh] = [document.getElementById(id), seen.getElementById(id)];
    if (id === "filters" && old.contains(focus) && focus.matches("input:not([type=checkbox])")) refill(old, fresh);
    else old.replaceChildren(...fresh.childNodes);
  }
  document.title = seen.title;
  if (isNew) history.pushState(null, "", address);
  if (!document.contains(focus)) refocus(key);
  status().classList.remove("busy");
  status().scrollTop = 0;
  wire();
  map.load(location.search);
}

/** Take over the values, and leave the field alone that somebody is typing in. */
function refill(old, fresh) {
  for (const label of fresh.querySelectorAll(":scope > label")) {
    const { name } = label.querySelector("[name]");
    const mine = old.querySelector(`:scope > label [name="${name}"]`);
    if (mine !== document.activeElement) mine.closest("label").replaceWith(label);
    else if (name === "actor") mine.value = ""; // it is among the chosen ones now
  }
  for (const part of fresh.querySelectorAll(":scope > .chosen, :scope > .buttons")) {
    const { of } = part.dataset;
    old.querySelector(of ? `:scope > [data-of="${of}"]` : ":scope > .buttons").replaceWith(part);
  }
  for (const field of [...old.querySelectorAll("input[type=hidden]")]) field.remove();
  old.append(...fresh.querySelectorAll("input[type=hidden]"));
}

/** The keyboard stays where it was: at the same field or link, else at the count. */
function refocus({ name, href }) {
  const same = name ? form.querySelector(`:scope > label [name="${name}"]`) : href && document.querySelector(`a[href="${CSS.escape(href)}"]`);
  const count = document.getElementById("count");
  count.tabIndex = -1;
  (same || count).focus({ preventScroll: true });
}

function submit() {
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  show(`/?${asked}`, true);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
form.addEventListener("change", (event) => {
  // a date that is being typed passes through years like 0002
  if (event.target.type !== "date" || !event.target.value || event.target.value >= "1000") submit();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const href = link.getAttribute("href");
  if ((href === "/" || href.startsWith("?")) && !link.closest(".top")) {
    event.preventDefault();
    show(href === "/" ? "/" : `/${href}`, true);
  }
});
addEventListener("popstate", () => show(`/${location.search}`, false));

function wire() {
  const svg = document.getElementById("timeline");
  if (svg) brush(svg, (since, until) => go({ since, until }));
}

wire();
map.load(location.search);
