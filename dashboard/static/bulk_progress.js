// Lets a batch go on until it is done or stopped. The page works without it, by its button.
(() => {
  const form = document.querySelector("form[data-goes]");
  if (!form || !window.fetch) return;
  const button = form.querySelector("button");
  const progress = document.querySelector("progress");
  const line = document.getElementById("batch-line");
  const say = (text) => { line.textContent = text; };
  const step = async () => {
    let answer;
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
      });
      if (!response.ok || !response.headers.get("Content-Type").startsWith("application/json")) throw new Error();
      answer = await response.json();
    } catch {
      button.hidden = false;
      say("It does not go on by itself any more: press Go on, or load this page again to see why.");
      return;
    }
    progress.max = Math.max(answer.total, 1);
    progress.value = answer.done;
    const count = (number) => number.toLocaleString("en");
    say(`${count(answer.done)} of ${count(answer.total)} looked at: ${count(answer.changed)} changed, ${count(answer.stale)} left as they had changed meanwhile.`);
    if (answer.state === "running") setTimeout(step, answer.done === answer.total ? 500 : 0);
    else location.replace(location.pathname);
  };
  button.hidden = true;
  step();
})();
