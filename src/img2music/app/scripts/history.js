// What was heard in this browser, latest first. The browser's own storage (IndexedDB) keeps it over a restart.
(() => {
  const MOST = 50;
  const LATER = 3000; // ms until music is fetched to be kept, when nobody waits for the server any more
  const KEPT = ["flac", "mid"]; // of the files of a snippet
  const seen = new Set();
  let list = null;
  let cleared = 0; // how often

  const within = async (mode, work) => {
    const opening = indexedDB.open("img2music", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("heard", { keyPath: "key" });
    const settled = (asked, success) => new Promise((done, fail) => {
      asked[success] = () => done(asked.result);
      asked.onerror = asked.onabort = () => fail(asked.error);
    });
    const database = await settled(opening, "onsuccess");
    try {
      const transaction = database.transaction("heard", mode);
      const asked = work(transaction.objectStore("heard"));
      await settled(transaction, "oncomplete");
      return asked.result;
    } finally {
      database.close();
    }
  };

  const latestFirst = async () => (await within("readonly", (heard) => heard.getAll())).sort((a, b) => b.when - a.when);

  const element = (kind, attributes, ...children) => {
    const made = Object.assign(document.createElement(kind), attributes);
    made.append(...children);
    return made;
  };

  // The row of a piece; `addresses` are those of its files by format.
  const rowOf = (piece, addresses) => {
    const links = Object.entries(addresses).map(([format, href]) => {
      const link = element("a", { href, download: piece.files[format].name, type: piece.files[format].type }, format);
      link.setAttribute("aria-label", `Download ${piece.title} as ${format}`);
      return link;
    });
    const sound = element("audio", { controls: true, preload: "none", loop: piece.loop, src: addresses.wav ?? addresses.flac });
    sound.setAttribute("aria-label", piece.title);
    return element("li", { className: "i2m-row" },
      element("img", { src: piece.thumbnail, alt: "", width: 48, height: 48 }),
      element("div", {}, element("strong", {}, piece.title), element("span", {}, piece.about), sound,
        element("p", { className: "i2m-downloads" }, "Download ", ...links)));
  };

  const keep = async (piece, addresses, before) => {
    const blobs = {};
    for (const format of KEPT.filter((format) => format in addresses)) {
      const answer = await fetch(addresses[format]);
      if (!answer.ok) return;
      blobs[format] = await answer.blob();
    }
    if (cleared !== before) return;
    await within("readwrite", (heard) => heard.put({ ...piece, blobs }));
    for (const { key } of (await latestFirst()).slice(MOST)) await within("readwrite", (heard) => heard.delete(key));
  };

  const shown = () => {
    const empty = list.childElementCount === 0;
    document.querySelector("#history [role=status]").hidden = !empty;
    document.querySelector("#history button").hidden = empty;
  };

  const add = (card) => {
    if (seen.has(card.dataset.key)) return;
    seen.add(card.dataset.key);
    const piece = { ...JSON.parse(card.dataset.heard), key: card.dataset.key, when: Date.now() };
    const addresses = Object.fromEntries(Object.entries(piece.files).map(([format, { address }]) => [format, address]));
    list.prepend(rowOf(piece, addresses));
    while (list.childElementCount > MOST) list.lastElementChild.remove();
    shown();
    const before = cleared;
    window.setTimeout(() => keep(piece, addresses, before).catch(console.debug), LATER); // without storage it lasts until the end
  };

  const restore = async () => {
    for (const piece of await latestFirst()) {
      seen.add(piece.key);
      const addresses = Object.entries(piece.blobs).map(([format, blob]) => [format, URL.createObjectURL(blob)]);
      list.append(rowOf(piece, Object.fromEntries(addresses)));
    }
    shown();
  };

  document.addEventListener("click", async ({ target }) => {
    if (!target.closest?.("#history button") || !window.confirm("Forget all music of this list?")) return;
    cleared += 1;
    list.replaceChildren();
    shown();
    await within("readwrite", (heard) => heard.clear());
  });
  new MutationObserver(() => {
    if (!list?.isConnected) {
      list = document.querySelector("#history .i2m-history");
      if (list) restore().catch(console.debug);
    }
    if (list) for (const card of document.querySelectorAll(".i2m-card[data-heard]")) add(card);
  }).observe(document, { childList: true, subtree: true });
})();
