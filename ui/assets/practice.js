// A quiz by keys, mouse and thumb: what is chosen, what a key means, where the focus goes. The
// card itself is drawn by ui/render_practice.py.
(() => {
  if (window.noteproof?.practising) return;
  const np = Object.assign(window.noteproof, { practising: true });
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const quiz = () => $("#card .quiz");
  const phase = () => quiz()?.dataset.phase ?? "setup";
  const telling = () => $("#answers:not(.stale) .running") !== null;
  const PAUSE = 350; // ms in which a second click or Enter does not yet mean the next card

  // ---- what is chosen ---------------------------------------------------------------------------
  const options = () => all("#card .option");
  const checked = (el) => el.getAttribute("aria-checked") === "true";
  function choose(el) {
    const many = el.getAttribute("role") === "checkbox";
    const on = !(many && checked(el));
    if (!many) for (const other of options()) mark(other, false);
    mark(el, on);
    // Of two, the one chosen first gives way to a third.
    const chosen = options().filter(checked);
    if (many && chosen.length > 2) mark(chosen.find((other) => other !== el), false);
    enable();
  }
  function mark(el, on) {
    el.setAttribute("aria-checked", on);
    if (el.getAttribute("role") === "radio") el.tabIndex = on ? 0 : -1;
  }
  function answer() {
    const chosen = options().filter(checked).map((el) => +el.dataset.place);
    return { item: quiz()?.dataset.item ?? "", chosen, typed: $("#gap")?.value ?? "" };
  }
  function complete() {
    if ($("#gap")) return $("#gap").value.trim() !== "";
    const wanted = $("#card .option[role=checkbox]") ? 2 : 1;
    return options().filter(checked).length === wanted;
  }
  function enable() {
    $("[data-do='quiz-check']")?.setAttribute("aria-disabled", !complete());
  }
  document.addEventListener("input", (event) => event.target.id === "gap" && enable());

  // ---- what a button means ------------------------------------------------------------------------
  let drawnAt = 0;
  const act = (action) => np.inTurn("quiz", action);
  const send = (what) => act({ do: what, ...answer() });
  const soon = () => performance.now() - drawnAt < PAUSE;
  Object.assign(np.actions, {
    "quiz-start": () => (np.closeNote(), act({ do: "start", ...setup() })),
    choose: (el) => choose(el),
    "quiz-check": () => complete() && send("check"),
    "quiz-next": () => !soon() && send("next"),
    "quiz-skip": () => send("skip"),
    "quiz-hint": () => send("hint"),
    "quiz-flag": () => send("flag"),
    "quiz-explain": () => !telling() && np.inTurn("tell", {}),
    "quiz-stop": () => np.halt({}),
    // While a card is waited for or checked, what is sent would wait too: that ends first. It
    // names no card: pressed right after "Next", the quiz ends whichever card has come.
    "quiz-end": () => ($("#actions .stop") && np.halt({}), act({ do: "end" })),
    "quiz-new": () => act({ do: "new" }),
    "quiz-retry": () => act({ do: "retry" }),
    "quiz-variants": () => act({ do: "variants" }),
    "quiz-discuss": () => {
      if (!np.running()) np.discuss({});
      np.tab("ask");
    },
  });

  // ---- the form keeps what was set when the notes it offers change --------------------------------
  const fields = () => all("#setup [name]");
  const setup = () => Object.fromEntries(fields().map((el) => [el.name, el.value]));
  let kept = {};
  for (const type of ["input", "change"])
    document.addEventListener(type, (event) => event.target.closest?.("#setup") && (kept = setup()));
  np.offered = () => {
    for (const el of fields()) {
      const value = kept[el.name];
      const known = el.tagName !== "SELECT" || [...el.options].some((o) => o.value === value);
      if (value !== undefined && known) el.value = value;
    }
    const keys = $("#quiz-keys");
    if (keys) keys.checked = localStorage.getItem("noteproof-keys") !== "off";
  };
  np.quizOn = (note) => {
    if ($("#actions .stop")) np.halt({});
    if (phase() !== "setup") act({ do: "new" });
    kept = { ...setup(), ...kept, note };
    np.tab("practice");
    np.closeNote();
    np.offered();
  };
  document.addEventListener("change", (event) => {
    if (event.target.id === "quiz-keys")
      localStorage.setItem("noteproof-keys", event.target.checked ? "on" : "off");
  });

  // ---- keys ---------------------------------------------------------------------------------------
  const LETTERS = { H: "quiz-hint", F: "quiz-flag", E: "quiz-explain" };
  const press = (what) => {
    const button = $(`#actions [data-do='${what}']`);
    if (button?.checkVisibility()) button.click();
    return button !== null;
  };
  const typing = (el) => el.matches?.("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    const el = event.target;
    if (np.at() !== "practice" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.repeat || event.isComposing || event.defaultPrevented) return;
    if (event.key === "Enter") enter(event, el);
    else if (typing(el)) return;
    else if (event.key.startsWith("Arrow") && el.matches?.(".option[role=radio]")) arrow(event, el);
    else if (localStorage.getItem("noteproof-keys") !== "off") letter(event);
  });
  function enter(event, el) {
    if (el.id === "topic") $("[data-do='quiz-start']").click();
    if (typing(el) && el.id !== "gap") return;
    if (el.matches?.("button, a") && !el.matches(".option")) return; // it is pressed itself
    if (el.matches?.(".option") && !options().some(checked)) choose(el);
    if (phase() === "setup") return;
    event.preventDefault();
    press("quiz-check") || press("quiz-next");
  }
  function arrow(event, el) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const list = options();
    const next = list[(list.indexOf(el) + step + list.length) % list.length];
    event.preventDefault();
    choose(next);
    next.focus();
  }
  function letter(event) {
    const key = event.key.toUpperCase();
    const place = "12345".indexOf(key) >= 0 ? "12345".indexOf(key) : "ABCDE".indexOf(key);
    if (key.length !== 1 || phase() === "setup") return;
    const option = place >= 0 ? options()[place] : undefined;
    if (option) choose(option);
    else if (LETTERS[key]) press(LETTERS[key]);
    if (option || LETTERS[key]) event.preventDefault();
  }

  // ---- where the focus goes -----------------------------------------------------------------------
  const FOCUS = {
    asking: () => $("#gap") ?? $("#card .stem"),
    answered: () => $("#actions [data-do='quiz-next']"),
    ended: () => $("#card h2"),
    stuck: () => $("#card h2"),
  };
  let before = "";
  np.carded = () => {
    sync();
    enable();
    const now = `${phase()} ${quiz()?.dataset.item ?? ""}`;
    // Card and buttons are drawn one after the other: both must be of this phase.
    reveal();
    const same = phase() === "setup" || $(`#actions .${phase()}`) !== null;
    if (now === before || !same) return;
    const left = before.split(" ")[0];
    before = now;
    drawnAt = performance.now();
    if ($("#gap") && phase() === "asking") $("#gap").value = $("#gap").defaultValue;
    if (left !== "asking" || phase() !== "answered") $("#practice").scrollTop = 0;
    if (np.at() === "practice") FOCUS[phase()]?.()?.focus({ preventScroll: true });
    enable();
  };
  // A hint, or the result of a check, may be drawn below what is in sight.
  let revealed = "";
  function reveal() {
    const news = $("#card :is(.hint-line, .kept)");
    const now = news ? `${quiz().dataset.item} ${news.className}` : "";
    if (now && now !== revealed) news.scrollIntoView({ block: "nearest" });
    revealed = now;
  }
  // What was explained of another card may still arrive.
  function sync() {
    const of = $("#answers .answers")?.dataset.item;
    $("#answers").classList.toggle("stale", of !== undefined && of !== quiz()?.dataset.item);
  }
  np.explained = sync;
  np.entered = (name) => {
    if (name === "practice" && phase() === "setup") np.offer?.({});
    if (name === "practice") FOCUS[phase()]?.()?.focus({ preventScroll: true });
    if (name === "ask") $("#box textarea")?.focus({ preventScroll: true });
    if (name === "explain") $("#pasted")?.focus({ preventScroll: true });
  };
  np.stopTab = () => {
    const stop = { practice: "#actions [data-do='quiz-stop']", explain: "[data-do='explain-stop']" };
    const button = $(stop[np.at()] ?? "#none");
    if (!button?.checkVisibility()) return false;
    button.click();
    return true;
  };
})();
