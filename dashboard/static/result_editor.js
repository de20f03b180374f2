// Says under a field of JSON, while one types, whether it is valid, and where it first is not.
// Nothing is held back by it: what the server says is what counts.
(() => {
  const PAUSE_MILLISECONDS = 500;
  const language = document.querySelector("main.desk").lang;
  const write = (number) => number.toLocaleString(language);

  const locate = (text, at) => {
    const before = text.slice(0, at).split("\n");
    return { line: before.length, column: [...before.at(-1)].length + 1 };
  };

  for (const panel of document.querySelectorAll("[data-json-field]")) {
    const field = document.getElementById(panel.dataset.jsonField);
    const limits = JSON.parse(panel.dataset.limits);
    const status = panel.querySelector("[role=status]");
    const [go, format] = ["go", "format"].map((name) => panel.querySelector(`[data-json=${name}]`));
    let checked = {};
    let timer;

    const fill = (text, values) =>
      text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

    const describe = (found, text) => {
      if (found.isBlank) return panel.dataset.blank;
      if (found.pieces) return panel.dataset.valid;
      const most = { deep: "depth", fields: "fields", decimals: "decimals", long: "bytes" }[found.cause];
      const values = { text: found.text, size: found.size && write(found.size) };
      if (most) values.most = write(limits[most]);
      // Names of data attributes have no capitals.
      const cause = fill(panel.dataset[`cause-${found.cause}`.replace(/-(.)/, (_, c) => c.toUpperCase())], values);
      if (found.at === undefined) return cause;
      const { line, column } = locate(text, found.at);
      return fill(panel.dataset.place, { line: write(line), column: write(column), cause });
    };

    const check = () => {
      clearTimeout(timer);
      checked = DeskJson.check(field.value, limits);
      const text = describe(checked, field.value);
      // The same again would be read out again.
      if (status.textContent !== text) status.textContent = text;
      status.dataset.state = checked.cause ? "wrong" : checked.pieces ? "valid" : "blank";
      if (checked.cause) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      go.hidden = checked.at === undefined;
      format.disabled = !checked.pieces;
    };

    const replace = (text) => {
      field.focus();
      field.select();
      // So that it can be taken back as what is typed can; assigning would forget all of that.
      if (!document.execCommand("insertText", false, text)) field.value = text;
    };

    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(check, PAUSE_MILLISECONDS);
    });
    go.addEventListener("click", () => {
      check();
      if (checked.at === undefined) return;
      const { line } = locate(field.value, checked.at);
      field.focus();
      field.setSelectionRange(checked.at, checked.at + 1);
      field.scrollTop = (line - 3) * parseFloat(getComputedStyle(field).lineHeight);
    });
    format.addEventListener("click", () => {
      check();
      if (!checked.pieces) return;
      const text = DeskJson.format(checked.pieces);
      if (text !== field.value) replace(text);
    });

    status.id = `${field.id}-check`;
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${status.id}`.trim());
    panel.hidden = false;
    check();
  }
})();
