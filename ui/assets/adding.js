// Files on their way to the notes, some at a time, each with its own line until it can be asked. What
// a file is called only ever enters the document as text.
(() => {
  const np = window.noteproof;
  if (!np.begins("adding")) return;
  const { $, all, make } = np.dom;
  const AT_ONCE = 3;
  // What may hold nothing but questions is looked at before it is added.
  const SET = /\.(apkg|csv|tsv|json|xlsx)$/i;
  let files = []; // {file, name, row, state: waiting | sending | offered | added | same | refused | unread}
  const most = () => +$("#note-files")?.dataset.most || Infinity;
  const count = (state) => files.filter((entry) => entry.state === state).length;

  np.add = (found) => {
    if (!found.length) return;
    for (const { file, name } of found) {
      const entry = { file, name, state: "waiting", row: make("li", { tabIndex: -1 }) };
      files.push(entry);
      $("#uploads ul").append(entry.row);
      draw(entry, "Waiting");
    }
    np.showSide("sources");
    next();
  };
  function next() {
    const free = files.filter((entry) => entry.state === "waiting");
    free.slice(0, AT_ONCE - count("sending")).forEach(send);
    tell();
  }
  function send(entry) {
    entry.state = "sending";
    if (entry.file.size > most()) {
      const mb = (size) => `${(size / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
      return end(entry, "refused", `It has ${mb(entry.file.size)}, more than the ${mb(most())} of NOTEPROOF_MAX_NOTE_MB: split it, or raise the limit`);
    }
    const request = new XMLHttpRequest();
    const looks = SET.test(entry.name) && !entry.seen;
    request.open("POST", `${np.root()}notes${looks ? "/preview" : ""}?name=${encodeURIComponent(entry.name)}`);
    for (const [name, value] of Object.entries(np.HEAD)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => draw(entry, "Sending", event.loaded / (event.total || 1));
    request.upload.onload = () => draw(entry, looks ? "Looking for questions" : "Checking");
    request.onload = () => answered(entry, request, looks);
    request.onerror = () => end(entry, "refused", "It did not arrive: is Noteproof still running?");
    draw(entry, "Sending", 0);
    request.send(entry.file);
  }
  function answered(entry, request, looks) {
    let told = {};
    try {
      told = JSON.parse(request.responseText);
    } catch {}
    if (request.status !== 200) return end(entry, "refused", told.problem ?? `It was not taken (${request.status}): try again`);
    if (looks) {
      entry.seen = true;
      entry.preview = told;
      return told.questions ? end(entry, "offered", questions(told)) : send(entry);
    }
    const said = { added: "Added", numbered: `Added as ${told.name}`, same: `Already there as ${told.name}` };
    entry.note = told.name;
    end(entry, told.outcome === "same" ? "same" : "added", said[told.outcome]);
    np.change({ do: "look" });
  }
  function end(entry, state, said) {
    Object.assign(entry, { state, said });
    draw(entry, said);
    // One that was refused at once must not be drawn before its turn in the list is over.
    queueMicrotask(next);
  }

  // ---- how a line looks ----------------------------------------------------------------------------
  const questions = ({ questions: count }) => `${count.toLocaleString("en")} question${count > 1 ? "s" : ""}`;
  const BUTTONS = {
    offered: [["keep-upload", "Add"], ["drop-upload", "Leave out"]],
    refused: [["retry-upload", "Retry"], ["drop-upload", "Remove"]],
    unread: [["remove-upload", "Remove"]],
  };
  function draw(entry, said, share) {
    const line = make("div", {}, make("b", { textContent: entry.name }), make("span", { textContent: said }));
    if (share !== undefined) {
      const bar = make("progress", { max: 100, value: Math.round(share * 100) });
      bar.setAttribute("aria-label", `Sending ${entry.name}`);
      line.append(bar);
    }
    const held = entry.row.contains(document.activeElement);
    entry.row.className = entry.state === "added" && !entry.read ? "added reading" : entry.state;
    entry.row.replaceChildren(make("i"), line);
    const buttons = (BUTTONS[entry.state] ?? []).map(([what, text]) => {
      const button = make("button", { type: "button", className: what === "keep-upload" ? "soft" : "plain", textContent: text });
      button.setAttribute("aria-label", `${text} ${entry.name}`);
      button.dataset.do = what;
      return button;
    });
    if (buttons.length) line.append(make("div", { className: "tries" }, ...buttons));
    if (entry.state === "offered") line.append(preview(entry.preview));
    // What was pressed is gone with the line as it was: the focus stays on the line.
    if (held) (buttons[0] ?? entry.row).focus();
  }
  function preview({ questions: count, shown, remark }) {
    const box = make("div", { className: "preview" });
    const say = (className, textContent, into = box) => into.append(make("p", { className, textContent }));
    if (remark) say("partly", remark);
    for (const { stem, options, right, answer, explanation } of shown) {
      const one = make("div");
      say("ques", stem, one);
      options.forEach((text, place) => {
        const is = right.includes(place);
        say(is ? "key" : "", `${String.fromCharCode(65 + place)}. ${text}${is ? " ✓" : ""}`, one);
      });
      if (!right.length) say("key", answer ? `${answer} ✓` : "no answer", one);
      if (explanation) say("expl", explanation, one);
      box.append(one);
    }
    if (count > shown.length) say("more-of-it", `and ${(count - shown.length).toLocaleString("en")} more`);
    return box;
  }
  function tell() {
    const going = count("waiting") + count("sending");
    const ends = { offered: "to look at", added: "added", same: "already there", unread: "not read", refused: "refused" };
    const told = Object.entries(ends).map(([state, words]) => count(state) && `${count(state)} ${words}`);
    $("#uploads .uploads-head span").textContent = going
      ? `Adding ${going} of ${files.length} …`
      : told.filter(Boolean).join(" · ");
    $("#uploads [data-do='clear-uploads']").hidden = going > 0 || count("offered") === files.length;
    $("#uploads").hidden = files.length === 0;
    // Once all is done, what needs the learner comes first.
    if (going) return;
    const at = document.activeElement;
    $("#uploads ul").prepend(...files.filter((entry) => entry.state in BUTTONS).map((entry) => entry.row));
    if (at?.closest("#uploads li")) at.focus();
  }

  // ---- an added file is followed until it has been read ----------------------------------------------
  np.followed = () => {
    for (const entry of files) {
      if (!entry.note || entry.state === "same") continue;
      const mine = (el) => [el.dataset.note, el.dataset.archive].includes(entry.note);
      const read = all("#sources .sources .menu-button").some(mine);
      const failed = !read && all("#sources .failed .menu-button").find(mine);
      const [state, said] = failed
        ? ["unread", `Not read: ${$("span", failed.closest("li")).textContent}`]
        : ["added", read ? `${entry.said}, and read` : entry.said];
      if (`${state} ${said}` === entry.followed) continue;
      Object.assign(entry, { state, read, followed: `${state} ${said}` });
      draw(entry, said);
      tell();
    }
  };

  const of = (el) => files.find((entry) => entry.row === el.closest("li"));
  const adder = () => $("#adding [data-do='add-notes']");
  function drop(gone) {
    const near = gone.row.nextElementSibling ?? gone.row.previousElementSibling;
    files = files.filter((entry) => entry !== gone);
    gone.row.remove();
    tell();
    (near ? $("button", near) ?? near : adder()).focus();
  }
  Object.assign(np.actions, {
    "clear-uploads": () => {
      files = files.filter((entry) => ["waiting", "sending", "offered"].includes(entry.state));
      $("#uploads ul").replaceChildren(...files.map((entry) => entry.row));
      tell();
      adder().focus();
    },
    "retry-upload": (el) => {
      of(el).state = "waiting";
      next();
    },
    "keep-upload": (el) => {
      of(el).state = "waiting";
      next();
    },
    "drop-upload": (el) => drop(of(el)),
    "remove-upload": (el) => {
      const entry = of(el);
      np.change({ do: "remove", note: entry.note });
      drop(entry);
    },
  });
})();
