// The keys of the desk: single ones, which do nothing in a field, beside Ctrl, Alt and Meta, in a
// dialog, or where somebody has switched them off (WCAG 2.1.4). The dialog lists what a page has.
(() => {
  const desk = document.querySelector("main.desk");
  const dialog = desk?.querySelector("[data-keys]");
  if (!dialog) return;
  const STORE = "vision-tasks-keys";
  const opener = desk.querySelector("[data-keys-open]");
  const box = dialog.querySelector("[data-keys-on]");
  const said = desk.querySelector("[data-keys-said]");
  const TYPED = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";

  // A browser of before 2024 may only know what takes up room.
  const isSeen = (one) => one.checkVisibility?.() ?? one.getClientRects().length > 0;
  const find = (selector) =>
    [...desk.querySelectorAll(selector)].find((one) => !one.disabled && isSeen(one) && !one.closest("dialog"));
  const rows = () => [...desk.querySelectorAll(".desk-table tbody tr[data-row]")].filter(isSeen);
  const current = () => {
    const focused = document.activeElement?.closest("tr[data-row]");
    return focused ?? rows().find((row) => "current" in row.dataset);
  };
  const tickOf = (row) => row?.querySelector("input[type=checkbox]:enabled");
  const search = () => find("[data-key-search]") ?? find("input[type=search]");

  const mark = (row) => {
    for (const one of desk.querySelectorAll("tr[data-current]")) if (one !== row) delete one.dataset.current;
    if (row) row.dataset.current = "";
  };
  const move = (step) => {
    const all = rows();
    const at = all.indexOf(current());
    const row = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
    mark(row);
    row.querySelector("a[href]")?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const tick = (row) => {
    const one = tickOf(row);
    one.click();
    said.textContent = one.checked ? said.dataset.ticked : said.dataset.unticked;
  };
  const retry = () => {
    const ticks = rows().map(tickOf).filter(Boolean);
    const row = current();
    if (row && tickOf(row) && !ticks.some((one) => one.checked)) tick(row);
    find("[data-key=r]").click();
  };

  // Each says what it would do now; a page that has nothing for it neither lists nor catches it.
  const KEYS = {
    "/": () => search() && (() => (search().focus(), search().select?.())),
    j: () => rows().length && (() => move(1)),
    k: () => rows().length && (() => move(-1)),
    x: () => rows().some(tickOf) && (() => tickOf(current()) && tick(current())),
    e: () => {
      const one = find("[data-key=e]");
      const row = rows().some((each) => each.querySelector("a[data-row-edit]"));
      return (one || row) && (() => (current()?.querySelector("a[data-row-edit]") ?? one)?.click());
    },
    r: () => find("[data-key=r]") && retry,
    n: () => find("a[rel=next]") && (() => find("a[rel=next]").click()),
    p: () => find("a[rel=prev]") && (() => find("a[rel=prev]").click()),
    "?": () => open,
  };

  const open = () => {
    for (const one of dialog.querySelectorAll("[data-keys-for]")) {
      one.hidden = !one.dataset.keysFor.split(" ").every((key) => KEYS[key]());
    }
    box.checked = isOn();
    dialog.showModal();
  };
  const isOn = () => {
    try {
      return localStorage.getItem(STORE) !== "off";
    } catch {
      return box.checked;
    }
  };

  box.addEventListener("change", () => {
    try {
      localStorage.setItem(STORE, box.checked ? "on" : "off");
    } catch {
      // It holds for this page then.
    }
  });
  opener.addEventListener("click", open);
  opener.hidden = false;
  dialog.querySelector("[data-keys-close]").addEventListener("click", () => dialog.close());
  // A press on the ground beside it, which is the dialog to the browser as its own edge is.
  dialog.addEventListener("click", ({ target, clientX: x, clientY: y }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    if (target === dialog && (x < left || x > right || y < top || y > bottom)) dialog.close();
  });
  desk.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (row) mark(row);
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (!Object.hasOwn(KEYS, event.key) || !isOn()) return;
    if (event.repeat && !"jk".includes(event.key)) return;
    if (event.target.closest?.(TYPED) || document.querySelector("dialog[open]")) return;
    const act = KEYS[event.key]();
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
