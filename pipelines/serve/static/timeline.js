// The timeline: bars are links, one stop of the Tab key with arrow keys between them; a mouse may draw over several.

/** Let `chosen(since, until)` know which days were drawn over. */
export function brush(svg, chosen) {
  const bars = [...svg.querySelectorAll("a")];
  for (const bar of bars) bar.setAttribute("tabindex", "-1");
  bars.find((bar) => bar.matches(":focus"))?.setAttribute("tabindex", "0");
  if (!bars.some((bar) => bar.getAttribute("tabindex") === "0")) bars.at(-1)?.setAttribute("tabindex", "0");

  svg.addEventListener("keydown", (event) => {
    const at = bars.indexOf(document.activeElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 }[event.key];
    if (at < 0 || !bars[to]) return;
    event.preventDefault();
    bars[at].setAttribute("tabindex", "-1");
    bars[to].setAttribute("tabindex", "0");
    bars[to].focus();
  });

  const at = (event) => {
    const place = svg.getBoundingClientRect();
    const share = (event.clientX - place.left) / place.width;
    return Math.min(bars.length - 1, Math.max(0, Math.floor(share * bars.length)));
  };
  const shade = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  shade.setAttribute("class", "brush");
  let first = null;
  let drawn = false;

  svg.addEventListener("pointerdown", (event) => {
    if (event.button === 0) first = at(event);
    drawn = false;
  });
  svg.addEventListener("pointermove", (event) => {
    if (first === null || !(event.buttons & 1)) return;
    const [low, high] = [first, at(event)].sort((one, two) => one - two);
    if (!drawn && low === high) return;
    if (!drawn) svg.setPointerCapture(event.pointerId);
    drawn = true;
    const width = 1000 / bars.length;
    shade.setAttribute("x", low * width);
    shade.setAttribute("width", (high - low + 1) * width);
    shade.setAttribute("y", 0);
    shade.setAttribute("height", 104);
    svg.append(shade);
  });
  svg.addEventListener("pointerup", (event) => {
    if (first === null) return;
    const [low, high] = [first, at(event)].sort((one, two) => one - two);
    first = null;
    shade.remove();
    if (drawn) chosen(bars[low].dataset.since, bars[high].dataset.until);
  });
  svg.addEventListener("pointercancel", () => {
    first = null;
    shade.remove();
  });
  svg.addEventListener("click", (event) => {
    if (drawn) event.preventDefault(); // the bar that the drawing ended on is not a link followed
    drawn = false;
  }, true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());
}
