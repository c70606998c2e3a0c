// The box of a pasted question, and the form that corrects how it was read.
(() => {
  if (window.noteproof?.explaining) return;
  const np = Object.assign(window.noteproof, { explaining: true });
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  const explain = (action) => np.inTurn("explain", action);
  const read = () => ({
    stem: $("#stem-field").value,
    select: $("#select-field").value,
    options: all("#explain-form .rows li").map((row) => ({
      text: $("input[type=text]", row).value,
      mine: $(".mine", row).checked,
      given: $(".given", row).checked,
    })),
  });
  function addRow() {
    const rows = $("#explain-form .rows");
    const place = rows.children.length;
    const row = rows.lastElementChild.cloneNode(true);
    const letter = place < 26 ? String.fromCharCode(65 + place) : String(place + 1);
    $(".letter", row).textContent = letter;
    const [text, mine, given] = row.querySelectorAll("input");
    text.value = "";
    mine.checked = given.checked = false;
    text.setAttribute("aria-label", `Option ${letter}`);
    mine.setAttribute("aria-label", `Option ${letter} is my answer`);
    given.setAttribute("aria-label", `Option ${letter} is correct`);
    rows.append(row);
    text.focus();
  }
  Object.assign(np.actions, {
    "explain-start": () => explain({ do: "explain", text: $("#pasted").value }),
    "explain-confirm": () => explain({ do: "confirm", ...read() }),
    "explain-row": addRow,
    "explain-edit": () => explain({ do: "edit" }),
    "explain-again": () => explain({ do: "again" }),
    "explain-back": () => explain({ do: "back" }),
    "explain-new": () => explain({ do: "new" }),
    "explain-stop": () => np.haltExplain({}),
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "pasted" || event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey) np.actions["explain-start"]();
  });

  // Fields are reused from one form to the next: what they show must be what was sent.
  let before = "";
  np.formed = () => {
    const root = $("#explain-form [data-step]");
    const now = root ? `${root.className} ${root.dataset.step}` : "explained";
    if (now === before) return;
    // Form and explanation are drawn one after the other: only one of them is to be there.
    if (!root === !$("#explained section")) return;
    before = now;
    for (const el of all("#explain-form input, #explain-form textarea")) {
      if (el.type === "checkbox") el.checked = el.defaultChecked;
      else el.value = el.defaultValue;
    }
    for (const el of all("#explain-form option")) el.selected = el.defaultSelected;
    if (np.at() !== "explain") return;
    ($("#pasted") ?? $("#explain-form h1, #explained h2"))?.focus({ preventScroll: true });
    $("#explain").scrollTop = 0;
  };
})();
