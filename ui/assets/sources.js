// Notes are added, described, renamed, removed. What a file is called only ever enters the document
// as text.
(() => {
  if (window.noteproof?.sourcing) return;
  const np = Object.assign(window.noteproof, { sourcing: true });
  const body = document.body;
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, props = {}, ...children) => {
    const el = Object.assign(document.createElement(tag), props);
    el.append(...children);
    return el;
  };
  const act = (what) => np.sources(what);
  const showSources = () => np.showSide("sources");

  // ---- files arrive, some at a time, each with its own line --------------------------------------
  const AT_ONCE = 3;
  const HEAD = { "x-noteproof": "page" };
  let files = []; // {file, name, row, state: waiting | sending | added | same | refused}
  const most = () => +$("#note-files")?.dataset.most || Infinity;

  function add(found) {
    if (!found.length) return;
    for (const { file, name } of found) {
      const entry = { file, name, state: "waiting", row: make("li") };
      files.push(entry);
      $("#uploads ul").append(entry.row);
      draw(entry, "Waiting");
    }
    $("#uploads").hidden = false;
    showSources();
    next();
  }
  function next() {
    const sending = files.filter((entry) => entry.state === "sending").length;
    const free = files.filter((entry) => entry.state === "waiting").slice(0, AT_ONCE - sending);
    free.forEach(send);
    tell();
  }
  function send(entry) {
    entry.state = "sending";
    if (entry.file.size > most()) {
      const mb = (size) => `${(size / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
      return end(entry, "refused", `It has ${mb(entry.file.size)}, more than the ${mb(most())} of NOTEPROOF_MAX_NOTE_MB: split it, or raise the limit`);
    }
    const request = (entry.request = new XMLHttpRequest());
    request.open("POST", `${root()}notes?name=${encodeURIComponent(entry.name)}`);
    for (const [name, value] of Object.entries(HEAD)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => draw(entry, "Sending", event.loaded / (event.total || 1));
    request.upload.onload = () => draw(entry, "Checking");
    request.onload = () => answered(entry, request);
    request.onerror = () => end(entry, "refused", "It did not arrive: is Noteproof still running?");
    draw(entry, "Sending", 0);
    request.send(entry.file);
  }
  function answered(entry, request) {
    let told = {};
    try {
      told = JSON.parse(request.responseText);
    } catch {}
    if (request.status !== 200) return end(entry, "refused", told.problem ?? `It was not taken (${request.status}): try again`);
    const said = { added: "Added", numbered: `Added as ${told.name}`, same: `Already there as ${told.name}` };
    end(entry, told.outcome === "same" ? "same" : "added", said[told.outcome]);
    act({ do: "look" });
  }
  function end(entry, state, said) {
    entry.state = state;
    draw(entry, said);
    // One that was refused at once must not be drawn before its turn in the list is over.
    queueMicrotask(next);
  }
  function draw(entry, said, share) {
    const line = make("div", {}, make("b", { textContent: entry.name }), make("span", { textContent: said }));
    if (share !== undefined) {
      const bar = make("progress", { max: 100, value: Math.round(share * 100) });
      bar.setAttribute("aria-label", `Sending ${entry.name}`);
      line.append(bar);
    }
    entry.row.className = entry.state;
    entry.row.replaceChildren(make("i"), line);
    if (entry.state !== "refused") return;
    const tries = make("div", { className: "tries" });
    line.append(tries);
    for (const [name, text] of [["retry-upload", "Retry"], ["drop-upload", "Remove"]]) {
      const button = make("button", { type: "button", className: "plain", textContent: text });
      button.setAttribute("aria-label", `${text} ${entry.name}`);
      button.dataset.do = name;
      tries.append(button);
    }
  }
  function tell() {
    const count = (state) => files.filter((entry) => entry.state === state).length;
    const going = count("waiting") + count("sending");
    const told = [`${count("added")} added`];
    if (count("same")) told.push(`${count("same")} already there`);
    if (count("refused")) told.push(`${count("refused")} refused`);
    $("#uploads .uploads-head span").textContent = going
      ? `Adding ${going} of ${files.length} …`
      : told.join(" · ");
    $("#uploads [data-do='clear-uploads']").hidden = going > 0;
    $("#uploads").hidden = files.length === 0;
  }
  const of = (el) => files.find((entry) => entry.row === el.closest("li"));
  const root = () => location.pathname.replace(/[^/]*$/, "");

  // ---- what is dropped: files, and folders with files in them --------------------------------------
  const MOST_FILES = 2000;
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const veil = make("div", { id: "drop-veil", hidden: true }, make("p", { textContent: "Drop notes to add them" }));
  body.append(veil);
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
    if (!entries.length) return add([...event.dataTransfer.files].map(plain));
    const found = [];
    for (const entry of entries) await walk(entry, "", found);
    add(found);
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
    add([...event.target.files].map(plain));
    event.target.value = "";
  });

  // ---- the menu of a source ---------------------------------------------------------------------
  const menu = make("div", { id: "source-menu", hidden: true });
  menu.setAttribute("role", "menu");
  body.append(menu);
  let opener = null;
  function openMenu(el) {
    if (!menu.hidden && opener === el) return closeMenu();
    opener = el;
    const { note } = el.dataset;
    const failed = el.dataset.failed !== undefined;
    const choices = failed
      ? []
      : [["Open", "menu-open"], ["Ask only this", "menu-only"], ["Quiz me on this", "menu-quiz"]];
    const { own, archive } = el.dataset;
    if (own !== undefined && !archive) choices.push(["Rename", "menu-rename"]);
    choices.push([`${own === undefined ? "Leave out" : "Remove"} ${archive ?? ""}`.trim(), "menu-remove"]);
    menu.replaceChildren(
      ...choices.map(([text, what]) => {
        const item = make("button", { type: "button", textContent: text, tabIndex: -1 });
        item.setAttribute("role", "menuitem");
        Object.assign(item.dataset, { do: what, note, first: 0, last: 0 });
        return item;
      }),
    );
    menu.setAttribute("aria-label", note);
    menu.hidden = false;
    const box = el.getBoundingClientRect();
    const below = box.bottom + menu.offsetHeight + 8 < innerHeight;
    menu.style.left = `${Math.max(8, Math.min(box.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8))}px`;
    menu.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - menu.offsetHeight - 4)}px`;
    menu.firstElementChild.focus();
  }
  function closeMenu(back = true) {
    if (menu.hidden) return;
    menu.hidden = true;
    const { note } = opener.dataset;
    const again = all(".menu-button").find((el) => el.dataset.note === note);
    if (back) (opener.isConnected ? opener : again)?.focus();
  }
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target) && !event.target.closest?.(".menu-button")) closeMenu(false);
  });
  document.addEventListener("scroll", (event) => event.target.id === "sources-column" && closeMenu(false), true);
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(event.relatedTarget) && event.relatedTarget) closeMenu(false);
  });
  document.addEventListener("keydown", (event) => {
    if (menu.hidden) return;
    const items = [...menu.children];
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") closeMenu();
    else if (to === undefined) return;
    else items[to % items.length].focus();
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  }, true);

  // ---- a new name ----------------------------------------------------------------------------------
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
    make("div", { className: "start" }, press("Rename", "soft", "submit"), cancel),
  );
  dialog.setAttribute("aria-label", "Rename a note");
  dialog.append(form);
  body.append(dialog);
  cancel.onclick = () => dialog.close();
  dialog.addEventListener("close", () => opener && closeTo(dialog.dataset.to ?? opener.dataset.note));
  const closeTo = (note) => all(".menu-button").find((el) => el.dataset.note === note)?.focus();
  function askName(note) {
    delete dialog.dataset.to;
    Object.assign(dialog.dataset, { note });
    box.value = note;
    trouble.textContent = "";
    dialog.showModal();
    const dot = note.lastIndexOf(".");
    box.setSelectionRange(note.lastIndexOf("/") + 1, dot > 0 ? dot : note.length);
  }
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
    if (opened.delete(note)) opened.add(told.name);
    act({ do: "renamed", note, to: told.name });
  };

  // ---- details: what a note is about -----------------------------------------------------------------
  const opened = new Set();
  const known = {};
  function details(el) {
    const { note } = el.dataset;
    opened[opened.has(note) ? "delete" : "add"](note);
    reveal(el);
    if (opened.has(note)) describe(note);
  }
  function reveal(el) {
    const on = opened.has(el.dataset.note);
    const pane = el.parentElement.querySelector(".details");
    el.setAttribute("aria-expanded", on);
    pane.hidden = !on;
    if (!on) return;
    // The list is redrawn in place: a pane may come to stand for another note, or be emptied.
    const html = known[el.dataset.note] ?? '<p class="quiet">Looking …</p>';
    if (pane.firstChild && pane.drawn === html) return;
    pane.innerHTML = html;
    pane.drawn = html;
  }
  async function describe(note) {
    const html = await np.about({ note });
    known[note] = html;
    all(".more").forEach((el) => el.dataset.note === note && reveal(el));
    if (html.includes("data-waiting") && opened.has(note)) setTimeout(() => opened.has(note) && describe(note), 2500);
  }
  np.sourced = () => {
    all("#sources .more").forEach(reveal);
    for (const note of opened)
      if (!all("#sources .more").some((el) => el.dataset.note === note)) delete known[note];
  };

  Object.assign(np.actions, {
    "add-notes": () => $("#note-files").click(),
    "clear-uploads": () => {
      files = files.filter((entry) => entry.state === "waiting" || entry.state === "sending");
      $("#uploads ul").replaceChildren(...files.map((entry) => entry.row));
      tell();
    },
    "retry-upload": (el) => {
      of(el).state = "waiting";
      next();
    },
    "drop-upload": (el) => {
      const gone = of(el);
      files = files.filter((entry) => entry !== gone);
      gone.row.remove();
      tell();
    },
    "source-menu": (el) => openMenu(el),
    details: (el) => details(el),
    "menu-open": (el) => (closeMenu(), np.actions.open(el)),
    "menu-only": (el) => (closeMenu(false), np.tab("ask"), act({ do: "only", note: el.dataset.note })),
    "menu-quiz": (el) => (closeMenu(false), np.quizOn(el.dataset.note)),
    "menu-rename": (el) => (closeMenu(false), askName(el.dataset.note)),
    "menu-remove": (el) => (closeMenu(false), opened.delete(el.dataset.note), act({ do: "remove", note: el.dataset.note })),
    "undo-remove": (el) => act({ do: "undo-remove", number: +el.dataset.number }),
    "take-back": (el) => act({ do: "take-back", note: el.dataset.note, identity: el.dataset.identity }),
    "ask-source": (el) => (np.tab("ask"), np.actions.ask(el)),
  });

  // ---- changes that come from elsewhere: a saved file, another tab ---------------------------------------
  const LOOK = 1500;
  let version;
  async function look() {
    if (document.hidden) return;
    const answer = await fetch(`${root()}notes/version`, { headers: HEAD }).catch(() => null);
    if (answer?.status === 404 || answer?.status === 403) return clearInterval(looking);
    const now = (await answer?.json().catch(() => null))?.version;
    // The first time too: what has changed since the page was drawn is not known.
    if (now === undefined || now === version || !np.sources) return;
    version = now;
    act({ do: "look" });
  }
  const looking = setInterval(look, LOOK);
})();
