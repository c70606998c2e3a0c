// The menu of a source: what it offers, where it stands, how keys move in it.
(() => {
  const np = window.noteproof;
  if (!np.begins("menu")) return;
  const { $, all, make } = np.dom;
  const menu = make("div", { id: "source-menu", hidden: true });
  menu.setAttribute("role", "menu");
  document.body.append(menu);
  let opener = null;
  const choices = ({ own, archive, failed }) => {
    const list = [];
    if (failed === undefined) list.push(["Open", "menu-open"], ["Ask only this", "menu-only"], ["Quiz me on this", "menu-quiz"]);
    if (own !== undefined && !archive) list.push(["Rename", "menu-rename"]);
    return [...list, [`${own === undefined ? "Leave out" : "Remove"} ${archive ?? ""}`.trim(), "menu-remove"]];
  };
  function open(el) {
    if (!menu.hidden && opener === el) return close();
    opener = el;
    const { note } = el.dataset;
    menu.replaceChildren(
      ...choices(el.dataset).map(([text, what]) => {
        const item = make("button", { type: "button", textContent: text, tabIndex: -1 });
        item.setAttribute("role", "menuitem");
        Object.assign(item.dataset, { do: what, note, first: 0, last: 0 });
        return item;
      }),
    );
    menu.setAttribute("aria-label", note);
    menu.hidden = false;
    place();
    menu.firstElementChild.focus();
  }
  function place() {
    const box = opener.getBoundingClientRect();
    const below = box.bottom + menu.offsetHeight + 8 < innerHeight;
    menu.style.left = `${Math.max(8, Math.min(box.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8))}px`;
    menu.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - menu.offsetHeight - 4)}px`;
  }
  function close(back = true) {
    if (menu.hidden) return;
    menu.hidden = true;
    if (back) (opener.isConnected ? opener : np.menuButton(opener.dataset.note))?.focus();
  }
  np.menuButton = (note) => all(".menu-button").find((el) => el.dataset.note === note);

  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target) && !event.target.closest?.(".menu-button")) close(false);
  });
  // It goes along with a list that still glides, until its source is out of sight.
  document.addEventListener("scroll", (event) => {
    if (menu.hidden || event.target.id !== "sources-column") return;
    const [box, column] = [opener, event.target].map((el) => el.getBoundingClientRect());
    if (box.bottom > column.top && box.top < column.bottom) place();
    else close(false);
  }, true);
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(event.relatedTarget) && event.relatedTarget) close(false);
  });
  document.addEventListener("keydown", (event) => {
    if (menu.hidden) return;
    const items = [...menu.children];
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") close();
    else if (to === undefined) return;
    else items[to % items.length].focus();
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  }, true);

  // The button that was pressed is gone with its source: the focus goes to the way back, which may
  // be drawn, and drawn anew, a moment later.
  const SOON = 5000; // ms
  const undos = () => all("#sources [data-do='undo-remove']");
  let removal = { until: 0 };
  np.undoable = () => {
    if (performance.now() > removal.until || undos().length < removal.rows) return;
    if (document.activeElement === document.body) undos().at(-1).focus({ preventScroll: true });
  };
  function remove(el) {
    removal = { until: performance.now() + SOON, rows: undos().length + 1 };
    np.change({ do: "remove", note: el.dataset.note }, np.undoable);
  }
  const act = (what, el, more) => np.change({ do: what, note: el.dataset.note, ...more });
  Object.assign(np.actions, {
    "source-menu": (el) => open(el),
    "menu-open": (el) => (close(), np.actions.open(el)),
    "menu-only": (el) => (close(false), np.tab("ask"), act("only", el)),
    "menu-quiz": (el) => (close(false), np.quizOn(el.dataset.note)),
    "menu-rename": (el) => (close(false), np.askName(el.dataset.note)),
    "menu-remove": (el) => (close(false), np.closeDetails(el.dataset.note), remove(el)),
    "undo-remove": (el) => {
      const note = $("b", el.closest("li")).textContent;
      removal = { until: 0 };
      np.change({ do: "undo-remove", number: +el.dataset.number }, () => np.refocusOn(note));
    },
    "take-back": (el) => act("take-back", el, { identity: el.dataset.identity }),
    "show-failed": () => $("#sources .failed")?.scrollIntoView({ block: "center" }),
  });
})();
