// What is dropped on the page or picked: files, and folders with files in them.
(() => {
  const np = window.noteproof;
  if (!np.begins("dropping")) return;
  const { $, make } = np.dom;
  const MOST_FILES = 2000;
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const veil = make("div", { id: "drop-veil", hidden: true }, make("p", { textContent: "Drop notes to add them" }));
  document.body.append(veil);
  let depth = 0;
  const over = (on) => {
    depth = on ? depth : 0;
    veil.hidden = !on;
  };
  for (const [type, change] of [["dragenter", 1], ["dragleave", -1]])
    document.addEventListener(type, (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      depth += change;
      over(depth > 0);
    });
  // Before the components of the page see it: a file dropped on a text box would be taken by it.
  window.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = "copy";
  }, true);
  window.addEventListener("drop", async (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.stopPropagation();
    over(false);
    const items = [...(event.dataTransfer.items ?? [])];
    const entries = items.map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.length) return np.add([...event.dataTransfer.files].map(plain));
    const found = [];
    for (const entry of entries) await walk(entry, "", found);
    np.add(found);
  }, true);
  const plain = (file) => ({ file, name: file.webkitRelativePath || file.name });
  async function walk(entry, path, found) {
    const hidden = entry.name.startsWith(".");
    if ((hidden && path) || found.length >= MOST_FILES) return;
    if (entry.isFile) {
      const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
      if (file) found.push({ file, name: path + entry.name });
      return;
    }
    const reader = entry.createReader();
    const read = () => new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    for (let batch = await read(); batch.length; batch = await read())
      for (const child of batch) await walk(child, `${path}${entry.name}/`, found);
  }
  document.addEventListener("change", (event) => {
    if (event.target.id !== "note-files") return;
    np.add([...event.target.files].map(plain));
    event.target.value = "";
  });
  np.actions["add-notes"] = () => $("#note-files").click();
})();
