// What a note is about, under its name while it is open.
(() => {
  const np = window.noteproof;
  if (!np.begins("details")) return;
  const { $, all } = np.dom;
  const AGAIN = 2500; // ms after which a summary that is being written is asked for again
  const opened = new Set();
  const known = {};
  function toggle(el) {
    const { note } = el.dataset;
    opened[opened.has(note) ? "delete" : "add"](note);
    reveal(el);
    if (opened.has(note)) describe(note);
  }
  function reveal(el) {
    const on = opened.has(el.dataset.note);
    const pane = $(".details", el.parentElement);
    el.setAttribute("aria-expanded", on);
    pane.hidden = !on;
    if (!on) return;
    // The list is redrawn in place: a pane may come to stand for another note, or be emptied.
    const about = $(".about", pane);
    const html = known[el.dataset.note] ?? '<p class="quiet">Looking …</p>';
    if (about.firstChild && about.drawn === html) return;
    about.innerHTML = html;
    about.drawn = html;
  }
  async function describe(note) {
    const html = await np.about({ note });
    known[note] = html;
    all(".more").forEach((el) => el.dataset.note === note && reveal(el));
    if (html.includes("data-waiting") && opened.has(note)) setTimeout(() => opened.has(note) && describe(note), AGAIN);
  }
  np.closeDetails = (note) => opened.delete(note);
  np.renamedDetails = (note, to) => opened.delete(note) && opened.add(to);
  np.revealed = () => {
    const rows = all("#sources .more");
    rows.forEach(reveal);
    for (const note of opened) if (!rows.some((el) => el.dataset.note === note)) delete known[note];
  };
  Object.assign(np.actions, {
    details: (el) => toggle(el),
    "ask-source": (el) => {
      np.tab("ask");
      const box = $("[data-source]", el.closest("li:has(.details)"));
      if (box.checked) np.actions.ask(el);
      else np.change({ do: "only", note: box.dataset.source }, () => np.actions.ask(el));
    },
  });
})();
