// Buttons that copy words.

// A page over plain HTTP, or in a frame, has no clipboard: then what is selected waits for Ctrl + C.
function copier(selected, words, label = "Copy") {
  const copy = button(label, async () => {
    const isCopied = await navigator.clipboard?.writeText(words()).then(() => true, () => false);
    const node = selected();
    node.hidden &&= isCopied;
    getSelection().selectAllChildren(node);
    copy.textContent = isCopied ? "Copied" : "Selected";
  });
  return copy;
}

// A link to the figure as it is now; Python gives one where it knows of a site that has the figure.
function linked(seen) {
  const label = "Copy link";
  const address = make("span", { class: "address" });
  const copy = copier(() => address, () => address.textContent, label);
  const show = () => {
    const { link } = seen.view;
    copy.hidden = !link;
    copy.textContent = label;
    address.hidden = true;
    address.textContent = link;
  };
  return { nodes: [copy, address], show };
}
