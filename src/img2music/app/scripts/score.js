// The score of a snippet moves under a playhead while it plays. A click into the score plays on from there.
(() => {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const ahead = 0.3; // where in the window the playhead stays, as a share of its width
  const rollOf = (player) => player.closest(".i2m-card")?.querySelector(".i2m-roll");

  const show = (player, roll) => {
    const sheet = roll.firstElementChild;
    const x = (sheet.clientWidth * player.currentTime) / Number(roll.dataset.seconds);
    sheet.querySelector(".i2m-playhead").style.transform = `translateX(${x.toFixed(1)}px)`;
    const left = x - roll.scrollLeft;
    if (!calm.matches) roll.scrollLeft = x - ahead * roll.clientWidth;
    else if (left < 0 || left > 0.95 * roll.clientWidth) roll.scrollLeft = x - 0.05 * roll.clientWidth; // as a page is turned
  };
  const follow = (player, roll) => {
    if (player.paused || !player.isConnected) return;
    show(player, roll);
    if (!calm.matches) window.requestAnimationFrame(() => follow(player, roll));
  };
  const listen = (kind, react) =>
    document.addEventListener(kind, ({ target }) => {
      const roll = target.matches?.("audio") && rollOf(target);
      if (roll) react(target, roll);
    }, true); // what media tell does not bubble

  listen("play", follow);
  listen("timeupdate", show); // some four times a second
  listen("seeked", show);
  document.addEventListener("click", (event) => {
    const sheet = event.target.closest?.(".i2m-sheet");
    const player = sheet?.closest(".i2m-card").querySelector("audio");
    if (!player) return;
    const box = sheet.getBoundingClientRect();
    player.currentTime = ((event.clientX - box.left) / box.width) * Number(sheet.parentElement.dataset.seconds);
  });
})();
