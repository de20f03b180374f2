// Shows under the form of an export how far it is, while the browser downloads it. The form works
// without it; the id that it sends is what the export goes by on the server.
(() => {
  const PAUSE_MILLISECONDS = 1000;
  const MOST_SILENCES = 30;

  const makeId = () => {
    // Of a page over plain HTTP, too, which has no randomUUID.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const text = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
    return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const watch = (form) => {
    const bar = form.querySelector("progress");
    const line = form.querySelector("[role=status]");
    const field = form.elements.namedItem("export_id");
    let timer;
    let silences = 0;

    const show = ({ state, text, tasks, of }) => {
      // What has not changed is not said again.
      if (text && text !== line.textContent) line.textContent = text;
      bar.hidden = state === "done" || state === "stopped";
      if (of) {
        bar.max = of;
        bar.value = tasks;
      } else {
        bar.removeAttribute("value");
      }
    };
    const ask = async (id) => {
      let answer;
      try {
        const query = form.dataset.filters ? `?${form.dataset.filters}` : "";
        const response = await fetch(`${form.action}/${id}${query}`, {
          headers: { Accept: "application/json" },
          redirect: "manual",
        });
        if (response.ok) answer = await response.json();
      } catch {
        // The same as a server that is there and cannot answer.
      }
      if (id !== field.value) return;
      silences = answer && answer.state !== "waiting" ? 0 : silences + 1;
      if (silences > MOST_SILENCES) {
        show({ state: "stopped", text: form.dataset.lost });
      } else if (answer) {
        show(answer);
      }
      if (bar.hidden) field.value = "";
      else plan(id);
    };
    const plan = (id) => {
      clearTimeout(timer);
      if (!document.hidden) timer = setTimeout(ask, PAUSE_MILLISECONDS, id);
    };

    form.addEventListener("submit", () => {
      field.value = makeId();
      silences = 0;
      bar.hidden = false;
      bar.removeAttribute("value");
      plan(field.value);
    });
    document.addEventListener("visibilitychange", () => {
      if (field.value) plan(field.value);
    });
  };

  for (const form of document.querySelectorAll(".desk-export-form")) {
    if (form.dataset.isWatched) continue;
    form.dataset.isWatched = "yes";
    watch(form);
  }
})();
