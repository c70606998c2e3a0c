// What the other scripts share: finding elements, making them, and running each script once.
(() => {
  const np = (window.noteproof ??= {});
  const begun = (np.begun ??= new Set());
  np.begins = (name) => !begun.has(name) && begun.add(name);
  np.dom = {
    $: (selector, root = document) => root.querySelector(selector),
    all: (selector, root = document) => [...root.querySelectorAll(selector)],
    make: (tag, props = {}, ...children) => {
      const el = Object.assign(document.createElement(tag), props);
      el.append(...children);
      return el;
    },
  };
})();
