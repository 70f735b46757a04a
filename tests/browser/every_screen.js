// What there is to see of each figure on the page: its height, what is cut off, what lies over what, the
// least height of type, the picture's width, and the shortest slider in em.
() => {
  const own = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const called = (node) => `${node.tagName} ${node.getAttribute("aria-label") ?? node.textContent.slice(0, 20)}`;
  const box = (node) => node.getBoundingClientRect();
  const sizeOfType = (node) => parseFloat(getComputedStyle(node).fontSize);
  const apart = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) <= 1
    || Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) <= 1;
  const isSeen = (node) => node.checkVisibility() && node.getClientRects().length > 0;
  const isShown = (node) => (own(node) || node.matches("input, select, canvas")) && !node.matches("option");

  return [...document.querySelectorAll(".course-explorer")].map((section) => {
    const all = [...section.querySelectorAll("*")].filter(isSeen);
    const parts = all.filter(isShown);
    const { left, right, height } = box(section);
    const isWritten = (node) => own(node) || node.matches("[role=spinbutton]");
    const overflows = (node) => isWritten(node) && node.scrollWidth > node.clientWidth + 1
      && getComputedStyle(node).display !== "inline";
    const isCut = (node) => box(node).left < left - 1 || box(node).right > right + 1 || overflows(node);
    const over = (one) => (other) => !one.contains(other) && !apart(box(one), box(other));
    const sliders = [...section.querySelectorAll("input[type=range]")].filter(isSeen);
    return {
      height,
      clipped: all.filter(isCut).map(called),
      overlaps: parts.flatMap((one, place) => parts.slice(place + 1).filter(over(one))
        .map((other) => `${called(one)} and ${called(other)}`)),
      type: Math.min(...parts.map(sizeOfType)),
      picture: section.querySelector("canvas").clientWidth,
      sliders: Math.min(...sliders.map((slider) => box(slider).width / sizeOfType(slider))),
    };
  });
}
