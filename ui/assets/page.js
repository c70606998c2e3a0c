// The page's own behaviour: everything that needs no server. Text from notes and models only
// ever enters the document as text, or as HTML that ui/render*.py has escaped.
(() => {
  if (window.noteproof?.started) return;
  const np = (window.noteproof = Object.assign(window.noteproof ?? {}, { started: true }));
  const body = document.body;
  const $ = (selector, root = document) => root.querySelector(selector);
  const running = () => $("#live .exchange.running") !== null;
  const phone = () => matchMedia("(max-width: 900px)").matches;
  np.at = () => body.dataset.tab ?? "ask";

  // ---- one at a time ------------------------------------------------------------------------
  // Gradio drops an event while the one before of the same handler has not quite ended: the last
  // one is kept here until then. What nobody can have meant twice is sent once: the second of a
  // double click, and the same again before anything new has been drawn.
  const turns = {};
  const FORGET = 700; // ms after which what was sent, a key for instance, is kept no more
  let [drawings, clicks] = [0, 0];
  new MutationObserver(() => drawings++).observe(body, { childList: true, subtree: true });
  const inTurn = (np.inTurn = (name, data) => {
    const turn = (turns[name] ??= {});
    const sent = JSON.stringify(data);
    const unseen = turn.busy && drawings === turn.drawings;
    if (sent === turn.sent && (clicks > 1 || unseen)) return;
    Object.assign(turn, { sent, drawings, next: turn.busy ? data : undefined });
    if (!turn.busy) np[name](data);
    turn.busy = true;
  });
  np.ended = (name) =>
    setTimeout(() => {
      const turn = Object.assign((turns[name] ??= {}), { busy: false });
      if (turn.next) inTurn(name, turn.next);
      else setTimeout(() => turn.busy || (turn.sent = undefined), FORGET);
    });
  np.typed = () => !running() && inTurn("act", { do: "typed" });

  // ---- what a click means: data-do names it -------------------------------------------------
  const actions = (np.actions = {
    tab: (el) => np.tab(el.dataset.tab),
    ask: (el) => !running() && inTurn("act", { do: "ask", question: el.dataset.question }),
    again: () => !running() && inTurn("act", { do: "again" }),
    "without-notes": () => !running() && inTurn("act", { do: "without-notes" }),
    clear: () => !running() && (np.clear({}), closeNote(), focusBox()),
    copy: (el) => copy(el),
    open: (el) => open(el),
    "open-settings": () => np.tab("settings"),
    "seen-leaving": () => {
      sessionStorage.setItem("noteproof-leaving", $("#leaving").dataset.said);
      np.headed();
    },
    renew: () => np.change({ do: "renew" }),
    "start-model": () => np.change({ do: "start-model" }),
    "send-notes": () => np.change({ do: "send-notes" }),
    "keep-index": () => np.change({ do: "keep-index" }),
    "toggle-sources": () => toggle("sources"),
    "toggle-proof": () => toggle("proof"),
    "show-proof": () => show("proof"),
    "close-note": () => closeNote(),
    "close-sheets": () => closeSheets(),
  });
  document.addEventListener("click", (event) => {
    const el = event.target.closest?.("[data-do]");
    clicks = event.detail;
    if (el) actions[el.dataset.do]?.(el);
    clicks = 0;
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-source]")) return;
    np.choose();
  });

  // ---- keys ---------------------------------------------------------------------------------
  document.addEventListener(
    "keydown",
    (event) => {
      const inBox = event.target.matches?.("#box textarea");
      if (inBox && event.key === "Enter" && (event.shiftKey || event.isComposing || running()))
        event.stopImmediatePropagation();
      if (inBox && event.key === "Enter" && running() && !event.shiftKey) event.preventDefault();
      if (event.key !== "Escape") return;
      if (!tip.hidden) hideTip();
      else if (np.at() === "ask" && running()) $("#stop")?.click();
      else if (!np.stopTab?.()) closeSheets();
    },
    true,
  );
  const focusBox = () => $("#box textarea")?.focus({ preventScroll: true });
  np.running = running;

  // What leaves the machine is said until it has been seen, and again when it changes.
  np.headed = () => {
    const el = $("#leaving");
    el?.classList.toggle("seen", el.dataset.said === sessionStorage.getItem("noteproof-leaving"));
  };

  // ---- tabs: three columns, one of them shown --------------------------------------------------
  const tabs = () => [...document.querySelectorAll("[role=tab]")];
  np.tab = (name) => {
    body.dataset.tab = name;
    history.replaceState(null, "", name === "ask" ? location.pathname : `#${name}`);
    closeSheets();
    hideTip();
    for (const el of tabs()) {
      const on = el.dataset.tab === name;
      el.setAttribute("aria-selected", on);
      el.tabIndex = on ? 0 : -1;
      const panel = $(`#${el.dataset.tab}-column`);
      panel?.setAttribute("role", "tabpanel");
      panel?.setAttribute("aria-labelledby", el.id);
    }
    np.entered?.(name);
  };
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[role=tab]")) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = tabs();
    const next = all[(all.indexOf(event.target) + step + all.length) % all.length];
    next.focus();
    np.tab(next.dataset.tab);
  });
  const wantedTab = location.hash.slice(1);
  body.dataset.tab = ["practice", "explain", "settings"].includes(wantedTab) ? wantedTab : "ask";
  const drawn = setInterval(() => {
    if (!tabs().length) return;
    clearInterval(drawn);
    np.tab(np.at());
  }, 50);

  // ---- side columns: beside the chat on a desk, sheets above it on a phone --------------------
  // Only Ask begins with its sides open: a quiz wants the room.
  const side = (name) => {
    if (phone()) return `sheet-${name}`;
    return name === "sources" && np.at() !== "ask" ? "show-sources" : `hide-${name}`;
  };
  function toggle(name) {
    if (phone()) closeSheets(name);
    body.classList.toggle(side(name));
  }
  const show = (np.showSide = (name) => {
    if (phone()) {
      closeSheets();
      body.classList.add(side(name));
    } else body.classList.toggle(side(name), side(name).startsWith("show"));
  });
  function closeSheets(except) {
    for (const name of ["sources", "proof"])
      if (name !== except) body.classList.remove(`sheet-${name}`);
  }

  // ---- the note viewer ----------------------------------------------------------------------
  let wanted = 0;
  const span = (text) => Object.assign(document.createElement("span"), { textContent: text });
  async function open(el) {
    const { note, first, last } = el.dataset;
    hideTip();
    show("proof");
    body.classList.add("note-open");
    const pane = $("#note-pane");
    const at = Math.max(+first, 1);
    const turn = ++wanted;
    if (pane.dataset.note !== note || !$(`[data-n="${at}"]`, pane)) {
      const html = await np.note({ note, line: at });
      if (turn !== wanted) return;
      pane.innerHTML = html;
      pane.dataset.note = note;
    }
    // A long name gives way to the page and the lines.
    $("#note-name").replaceChildren(...[note, (el.dataset.place ?? note).slice(note.length)].map(span));
    for (const line of pane.querySelectorAll(".hit")) line.classList.remove("hit");
    for (let n = +first; n && n <= +last; n++) $(`[data-n="${n}"]`, pane)?.classList.add("hit");
    const target = $(`[data-n="${at}"]`, pane);
    // Lines out of sight have a guessed height until they are laid out, which takes some frames:
    // until the line has stayed in its place.
    for (let frame = 0, still = 0; target && turn === wanted && frame < 40 && still < 8; frame++) {
      const before = pane.scrollTop;
      const gap = target.getBoundingClientRect().top - pane.getBoundingClientRect().top;
      pane.scrollTop += gap - pane.clientHeight / 3;
      still = Math.abs(pane.scrollTop - before) < 2 ? still + 1 : 0;
      await new Promise(requestAnimationFrame);
    }
    if (phone()) pane.focus({ preventScroll: true });
  }
  const closeNote = (np.closeNote = () => {
    body.classList.remove("note-open");
    if (np.at() !== "ask") closeSheets();
  });

  // ---- copy ---------------------------------------------------------------------------------
  async function copy(el) {
    const text = el.dataset.text;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = Object.assign(document.createElement("textarea"), { value: text });
      body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    el.textContent = "Copied";
    setTimeout(() => (el.textContent = "Copy"), 1600);
  }

  // ---- the quote of a [n], on hover and on focus ----------------------------------------------
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  body.append(tip);
  function showTip(el) {
    tip.replaceChildren(
      Object.assign(document.createElement("q"), { textContent: el.dataset.quote }),
      Object.assign(document.createElement("small"), { textContent: el.dataset.place }),
    );
    tip.hidden = false;
    el.setAttribute("aria-describedby", "tip");
    const box = el.getBoundingClientRect();
    const left = Math.min(Math.max(box.left - 20, 8), innerWidth - tip.offsetWidth - 8);
    const above = box.top - tip.offsetHeight - 8;
    tip.style.left = `${left}px`;
    tip.style.top = `${above > 8 ? above : box.bottom + 8}px`;
  }
  const hideTip = () => (tip.hidden = true);
  const overCite = (handler) => (event) => {
    const el = event.target.closest?.(".cite");
    if (el) handler(el);
  };
  document.addEventListener("mouseover", overCite((el) => !phone() && showTip(el)));
  document.addEventListener("mouseout", overCite(hideTip));
  document.addEventListener("focusin", overCite((el) => el.matches(":focus-visible") && showTip(el)));
  document.addEventListener("focusout", overCite(hideTip));
  document.addEventListener("scroll", hideTip, true);

  // ---- a growing answer stays in sight, unless the learner has scrolled away -------------------
  let pinned = true;
  document.addEventListener(
    "scroll",
    (event) => {
      const el = event.target;
      if (el.id === "talk") pinned = el.scrollHeight - el.scrollTop - el.clientHeight < 80;
    },
    true,
  );
  let asked = "";
  new MutationObserver(() => {
    const talk = $("#talk");
    if (!talk) return;
    const now = running() ? $("#live .asked")?.textContent ?? "" : "";
    if (now && now !== asked) pinned = true;
    asked = now;
    if (pinned && $(".exchange", talk)) talk.scrollTop = talk.scrollHeight;
  }).observe(body, { childList: true, subtree: true, characterData: true });
})();
