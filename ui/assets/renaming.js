// The dialog that gives a note a new name.
(() => {
  const np = window.noteproof;
  if (!np.begins("renaming")) return;
  const { make } = np.dom;
  const dialog = make("dialog", { id: "rename" });
  const box = make("input", { type: "text", maxLength: 200, autocomplete: "off", spellcheck: false });
  const trouble = make("p", { className: "trouble" });
  trouble.setAttribute("role", "alert");
  const press = (text, kind, type) => make("button", { textContent: text, className: kind, type });
  const cancel = press("Cancel", "plain", "button");
  const form = make(
    "form", {},
    make("label", {}, make("span", { textContent: "New name" }), box),
    trouble,
    make("div", { className: "start" }, press("Rename", "primary", "submit"), cancel),
  );
  dialog.setAttribute("aria-label", "Rename a note");
  dialog.append(form);
  document.body.append(dialog);
  cancel.onclick = () => dialog.close();
  // A new name is in the list a moment later.
  dialog.addEventListener("close", () => np.refocus());
  np.refocus = () => {
    const { note, to } = dialog.dataset;
    if (!note || dialog.open) return;
    const button = np.menuButton(to ?? note);
    if (document.activeElement === document.body) button?.focus();
    if (button) delete dialog.dataset.note;
  };
  // The focus goes to the menu of a note once that is in the list, unless it has gone elsewhere.
  np.refocusOn = (note) => {
    delete dialog.dataset.to;
    Object.assign(dialog.dataset, { note });
    np.refocus();
  };
  np.askName = (note) => {
    delete dialog.dataset.to;
    Object.assign(dialog.dataset, { note });
    box.value = note;
    trouble.textContent = "";
    dialog.showModal();
    const dot = note.lastIndexOf(".");
    box.setSelectionRange(note.lastIndexOf("/") + 1, dot > 0 ? dot : note.length);
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    const { note } = dialog.dataset;
    const told = await np.rename({ note, to: box.value });
    if (told.problem) {
      trouble.textContent = told.problem;
      return box.focus();
    }
    dialog.dataset.to = told.name;
    dialog.close();
    np.renamedDetails(note, told.name);
    np.change({ do: "renamed", note, to: told.name });
  };
})();
