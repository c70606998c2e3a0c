// The list of sources in the page: which are asked, and what changes it from elsewhere.
(() => {
  const np = window.noteproof;
  if (!np.begins("sources")) return;
  const { $, all } = np.dom;
  np.HEAD = { "x-noteproof": "page" };
  np.root = () => location.pathname.replace(/[^/]*$/, "");

  // ---- one change at a time ------------------------------------------------------------------------
  // Gradio drops an event while the one before of the same handler has not ended: a click on Remove
  // would be lost while the list is being redrawn.
  const waiting = [];
  let going;
  np.change = (action, done) => {
    if (action.do !== "choose" && action.do !== "look") ticked = undefined;
    const again = action.do === "look" && waiting.some((other) => other.action.do === "look");
    if (!again) waiting.push({ action, done });
    next();
  };
  np.changed = () => {
    const { done } = going;
    going = undefined;
    next();
    done?.();
  };
  function next() {
    if (going || !waiting.length || !np.sources) return;
    going = waiting.shift();
    np.sources(going.action);
  }

  // ---- ticks -----------------------------------------------------------------------------------------
  // A tick is a property in the browser; when rows move, the attribute is what is right. But what was
  // drawn before the server knew of a tick must not undo it.
  const LATE = 5000;
  let ticked;
  np.choose = () => {
    const boxes = all("[data-source]").filter((box) => !box.checked);
    const own = (ticked = { off: new Set(boxes.map((box) => box.dataset.source)), until: Infinity });
    np.change({ do: "choose", unchecked: [...own.off] }, () => (own.until = performance.now() + LATE));
  };
  function ticks() {
    const boxes = all("#sources [data-source]");
    const right = (box) => box.hasAttribute("checked") !== !!ticked?.off.has(box.dataset.source);
    if (ticked && (performance.now() > ticked.until || boxes.every(right))) ticked = undefined;
    for (const box of boxes)
      box.checked = ticked ? !ticked.off.has(box.dataset.source) : box.hasAttribute("checked");
  }

  // ---- which sources are asked is said beside the box, and how to ask all again --------------------
  function scope() {
    const line = $("#scope p");
    const boxes = all("#sources [data-source]");
    const on = boxes.filter((box) => box.checked);
    const words = {
      0: "No source is ticked",
      1: `Asking only ${on[0]?.dataset.source}`,
    }[on.length] ?? `Asking ${on.length} of ${boxes.length} sources`;
    if (!line) return;
    line.hidden = on.length === boxes.length;
    if ($("span", line).textContent !== words) $("span", line).textContent = words;
  }
  document.addEventListener("change", (event) => event.target.matches?.("[data-source]") && scope());
  np.actions["ask-all"] = () => (np.change({ do: "all" }), $("#box textarea")?.focus());

  np.sourced = () => {
    ticks();
    np.revealed();
    np.followed();
    np.refocus();
    np.undoable();
    scope();
  };

  // ---- a saved file, another tab ---------------------------------------------------------------------
  const LOOK = 1500;
  let version;
  async function look() {
    if (document.hidden) return;
    const answer = await fetch(`${np.root()}notes/version`, { headers: np.HEAD }).catch(() => null);
    if (answer?.status === 404 || answer?.status === 403) return clearInterval(looking);
    const now = (await answer?.json().catch(() => null))?.version;
    // The first time too: what has changed since the page was drawn is not known.
    if (now === undefined || now === version || !np.sources) return;
    version = now;
    np.change({ do: "look" });
  }
  const looking = setInterval(look, LOOK);
})();
