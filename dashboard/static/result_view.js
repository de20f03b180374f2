// Searches and folds the result of a task, and copies its raw text. Without this it is a tree of
// <details> and the raw text to select.
(() => {
  const PAUSE_MILLISECONDS = 150;
  const section = document.querySelector(".desk-result");
  const tree = section?.querySelector(".desk-tree");
  if (!tree) return;
  const find = (name) => section.querySelector(`[data-result=${name}]`);

  const copy = find("copy");
  if (navigator.clipboard) {
    const status = copy.nextElementSibling;
    copy.parentElement.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(section.querySelector(".desk-raw pre").textContent);
        status.textContent = status.dataset.done;
      } catch {
        status.textContent = status.dataset.failed;
      }
    });
  }

  const tools = section.querySelector(".desk-result-tools");
  if (!tools) return;
  const input = document.getElementById("result-search");
  const status = tools.querySelector("[role=status]");
  const branches = [...tree.querySelectorAll("details:not(.desk-long)")];
  const language = document.querySelector("main.desk").lang;
  const write = (number) => number.toLocaleString(language);
  let rows;
  let found = [];
  let place = -1;
  let opened = [];
  let timer;
  tools.hidden = false;

  // What one reads of a row: its name and value, the whole of a long text, and no link.
  const listRows = () =>
    [...tree.querySelectorAll(".desk-row")].map((row) => {
      const parts = row.querySelectorAll(":scope > .desk-key, :scope > .desk-index, :scope > bdi, .desk-long > pre");
      return { row, parts: [...parts], text: [...parts].map((part) => part.textContent.toLowerCase()) };
    });

  const open = (row) => {
    for (let node = row.parentElement.closest("details"); node && tree.contains(node); node = node.parentElement.closest("details")) {
      // The row of a branch stands in it, and is to be seen without its entries.
      if (node.open || row.parentElement === node) continue;
      node.open = true;
      opened.push(node);
    }
  };

  const mark = (word) => {
    if (!CSS.highlights) return;
    CSS.highlights.delete("desk-result");
    if (!word) return;
    const ranges = [];
    for (const { parts } of found) {
      for (const part of parts) {
        const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const text = node.data.toLowerCase();
          // Of a letter that is longer in lower case no place would be right.
          if (text.length !== node.data.length) continue;
          for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
            const range = new Range();
            range.setStart(node, at);
            range.setEnd(node, at + word.length);
            ranges.push(range);
          }
        }
      }
    }
    CSS.highlights.set("desk-result", new Highlight(...ranges));
  };

  const show = (number) => {
    found[place]?.row.classList.remove("desk-here");
    place = found.length ? (number + found.length) % found.length : -1;
    const here = found[place]?.row;
    here?.classList.add("desk-here");
    here?.scrollIntoView({ block: "nearest" });
    for (const name of ["previous", "next"]) find(name).disabled = !found.length;
    if (!input.value.trim()) status.textContent = "";
    else if (!found.length) status.textContent = status.dataset.none;
    else {
      const text = status.dataset.one.replace("{current}", write(place + 1));
      status.textContent = text.replace("{total}", write(found.length));
    }
  };

  const search = () => {
    const word = input.value.trim().toLowerCase();
    for (const { row } of found) row.classList.remove("desk-found", "desk-here");
    for (const node of opened) node.open = false;
    opened = [];
    rows ??= listRows();
    found = word ? rows.filter(({ text }) => text.some((part) => part.includes(word))) : [];
    for (const { row } of found) {
      row.classList.add("desk-found");
      open(row);
    }
    for (const { row, text } of found) {
      const long = row.querySelector(".desk-long");
      if (long && !long.open && text.at(-1).includes(word)) {
        long.open = true;
        opened.push(long);
      }
    }
    mark(word);
    place = -1;
    show(0);
  };

  const searchNow = () => {
    clearTimeout(timer);
    timer = undefined;
    search();
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(searchNow, PAUSE_MILLISECONDS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (timer) searchNow();
    else show(place + (event.shiftKey ? -1 : 1));
  });
  find("previous").addEventListener("click", () => show(place - 1));
  find("next").addEventListener("click", () => show(place + 1));
  find("open").addEventListener("click", () => branches.forEach((node) => (node.open = true)));
  find("close").addEventListener("click", () => {
    branches.forEach((node) => (node.open = node.parentElement.parentElement === tree));
  });
})();
