// Asks an address again and again while somebody looks at the page, and never while nobody does.
// Waits longer from fault to fault; ends where whoever looks is signed out.
window.deskPoll = ({ url, seconds, answer, ended, away }) => {
  const MOST_SECONDS = 60;
  const SPREAD = 0.2;
  let wait = seconds;
  let timer;
  let asking = null;
  let isOver = false;

  const plan = (inSeconds) => {
    clearTimeout(timer);
    if (isOver) return;
    // Spread a little, so that many pages do not all ask at once; never before there is news.
    timer = setTimeout(ask, 1000 * inSeconds * (1 + SPREAD * Math.random()));
  };
  const fail = () => {
    away(true);
    wait = Math.min(2 * wait, MOST_SECONDS);
    plan(wait);
  };
  const ask = async () => {
    if (asking || isOver || document.hidden) return;
    asking = new AbortController();
    const { signal } = asking;
    try {
      // A redirect leads to signing in, which is not followed for nobody asked to.
      const response = await fetch(url(), { redirect: "manual", signal });
      if (response.type === "opaqueredirect" || [401, 403, 404].includes(response.status)) {
        isOver = true;
        ended();
      } else if (response.ok) {
        // Tells whether what it says is old, for the desk itself cannot reach its database.
        away(await answer(response));
        wait = seconds;
        plan(wait);
      } else {
        fail();
      }
    } catch {
      // Aborted, the page is hidden; what was asked is asked again when it is looked at.
      if (!signal.aborted) fail();
    } finally {
      asking = null;
    }
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(timer);
      asking?.abort();
      return;
    }
    plan(0);
  });
  plan(Math.min(1, seconds));
};
