// The form that chooses a model: which fields are shown, what is sent. A key goes from its field
// to the server and is not kept here.
(() => {
  if (window.noteproof?.setting) return;
  const np = Object.assign(window.noteproof, { setting: true });
  const $ = (selector, root = document) => root.querySelector(selector);
  const form = () => $("#settings-form form");
  const values = () => Object.fromEntries(new FormData(form()).entries());
  const send = (what) => {
    if (form().dataset.busy === undefined) np.inTurn("settings", { do: what, ...values() });
  };
  Object.assign(np.actions, {
    "settings-use": () => send("use"),
    "settings-test": () => send("test"),
    "settings-save": () => send("save"),
    "settings-look": () => send("look"),
    "settings-forget": () => send("forget"),
    "settings-fill": (el) => {
      form().elements.openai_base_url.value = el.dataset.url;
      form().elements.openai_model.value = el.dataset.model;
      $("[data-do='settings-use']")?.focus();
    },
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === "llm" && form()) form().dataset.rung = event.target.value;
  });
  document.addEventListener("submit", (event) => {
    if (event.target === form()) event.preventDefault(); // Enter has pressed "Use it"
  });
  // Fields are reused from one drawing to the next: what they show must be what was sent.
  np.setForm = () => {
    for (const el of form()?.elements ?? []) {
      if (el.type === "radio") el.checked = el.defaultChecked;
      else if ("defaultValue" in el) el.value = el.defaultValue;
    }
  };
  const entered = np.entered;
  np.entered = (name) => {
    entered?.(name);
    if (name === "settings") np.tellUsage?.({});
  };
})();
