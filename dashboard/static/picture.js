// Where a picture cannot be loaded, says so in its place; the address of the file stays below.
(() => {
  for (const image of document.querySelectorAll(".desk-picture img")) {
    const giveWay = () => {
      const frame = image.closest("a");
      frame.hidden = true;
      frame.nextElementSibling.hidden = false;
    };
    image.addEventListener("error", giveWay);
    // It may have failed before this script was there.
    if (image.complete && !image.naturalWidth) giveWay();
  }
})();
