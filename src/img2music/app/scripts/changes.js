// A button of a card that changes its music: what it asks for goes to the hidden button of the page that Gradio knows.
(() => {
  const asked = [];
  const mark = (place, busy) => document.querySelector(`#card-${place} .i2m-card`)?.setAttribute("aria-busy", busy);
  window.img2music = {
    // What the hidden button sends.
    asked: () => asked[asked.length - 1],
    // After the answer; of a change that failed the card is still there.
    settled: () => {
      for (const { place } of asked.splice(0)) mark(place, false);
    },
  };
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-change]");
    const card = button?.closest(".i2m-card");
    if (!card || card.getAttribute("aria-busy") === "true") return;
    const place = Number(card.parentElement.closest("[id^=card-]").id.slice("card-".length));
    asked.push({ key: card.dataset.key, place, ...JSON.parse(button.dataset.change) });
    mark(place, true);
    document.querySelector("#change").click();
  });
})();
