// Says above an open list how much of it is new, and marks the rows that have changed. Nothing is
// put in or taken out by itself, and a tick stays what it was: whoever ticked a row saw it so.
(() => {
  const line = document.getElementById("desk-live");
  if (!line) return;
  const MOST = 1000;
  const texts = line.dataset;
  const link = line.querySelector("a");
  const note = line.querySelector("span");
  const language = document.querySelector("main.desk").lang;
  const rows = new Map([...document.querySelectorAll("tr[data-task]")].map((row) => [row.dataset.task, row]));
  const news = new Set();
  const changed = new Set();
  let isMuch = false;
  let after = null;

  const count = (number, one, many) =>
    number === 1 ? one : many.replace("{n}", number.toLocaleString(language));
  const say = (element, text, politeness) => {
    if (element.textContent !== text) {
      line.setAttribute("aria-live", politeness);
      element.textContent = text;
    }
    element.hidden = !text;
  };
  const show = () => {
    const parts = [];
    if (news.size) parts.push(count(news.size, texts.newOne, texts.newMany));
    if (changed.size) parts.push(count(changed.size, texts.changedOne, texts.changedMany));
    if (isMuch) parts.splice(0, 2, texts.much);
    // Read out once: where much goes on, numbers that grow would leave no peace.
    say(link, parts.join(" · "), link.hidden ? "polite" : "off");
  };
  const mark = (row, status) => {
    const badge = row.querySelector(".desk-status");
    if (!badge) return;
    const was = [...badge.classList].some((name) => name === `desk-status-${status.toLowerCase()}`);
    const text = was ? texts.mark : texts.markStatus.replace("{status}", texts[`status${status[0]}${status.slice(1).toLowerCase()}`] ?? status);
    let one = row.querySelector(".desk-live-mark");
    if (!one) {
      one = document.createElement("span");
      one.className = "desk-live-mark";
      badge.after(one);
    }
    if (one.textContent !== text) one.textContent = text;
    one.title = text;
  };
  const hear = (id, status, version, belongs) => {
    const row = rows.get(id);
    if (row) {
      // One that was deleted and restored begins anew, so any other version will do.
      if (row.dataset.version === String(version)) return;
      changed.add(id);
      mark(row, status);
    } else if (belongs) {
      if (news.size < MOST) news.add(id);
      else isMuch = true;
    } else {
      news.delete(id);
    }
  };

  window.deskPoll({
    seconds: Number(texts.seconds),
    url: () => {
      const url = new URL(texts.url, location.href);
      if (after) url.searchParams.set("after", after);
      // It may have lain behind another for long before anybody looked at it.
      else url.searchParams.set("age", Math.max(0, Math.ceil((Date.now() - performance.timeOrigin) / 1000)));
      return url;
    },
    answer: async (response) => {
      const told = await response.json();
      for (const one of told.tasks) hear(...one);
      if (told.is_told) {
        isMuch = isMuch || told.is_cut;
        after = told.at;
      }
      show();
      return told.is_stale;
    },
    ended: () => say(note, texts.ended, "polite"),
    away: (isAway) => say(note, isAway ? texts.away : "", "polite"),
  });
})();
