// Plays the stems of a snippet in place of its mix. The snippet's own player starts, stops and seeks them.
(() => {
  const NEAR = 0.1; // s
  const QUICK = 0.01; // s in which a stem fades in or out
  let context;

  class Deck {
    constructor(player, buffers) {
      this.player = player;
      context.createMediaElementSource(player).connect(new GainNode(context, { gain: 0 })).connect(context.destination);
      this.all = new GainNode(context);
      this.all.connect(context.destination);
      this.tracks = buffers.map((buffer) => {
        const gain = new GainNode(context);
        gain.connect(this.all);
        return { buffer, gain, Mute: false, Solo: false };
      });
      for (const kind of ["playing", "seeked", "ratechange"]) player.addEventListener(kind, () => this.start());
      for (const kind of ["pause", "waiting", "seeking"]) player.addEventListener(kind, () => this.inTime() || this.stop());
      player.addEventListener("volumechange", () => this.balance());
      this.balance();
      this.start();
    }

    // Whether what plays is where the player is: a loop that begins again needs no new start.
    inTime() {
      if (!this.begun || this.player.paused || this.begun.rate !== this.player.playbackRate) return false;
      const length = this.player.duration;
      const now = this.begun.offset + (context.currentTime - this.begun.at) * this.begun.rate;
      const off = Math.abs((now % length) - this.player.currentTime);
      return this.player.loop && Math.min(off, length - off) < NEAR;
    }

    start() {
      if (this.player.paused || this.inTime()) return;
      this.stop();
      const { currentTime: offset, playbackRate: rate, loop } = this.player;
      this.begun = { at: context.currentTime, offset, rate };
      for (const track of this.tracks) {
        track.source = new AudioBufferSourceNode(context, { buffer: track.buffer, playbackRate: rate, loop });
        track.source.connect(track.gain);
        track.source.start(0, offset);
      }
    }

    stop() {
      for (const track of this.tracks) track.source?.stop();
      this.begun = null;
    }

    balance() {
      const alone = this.tracks.some((track) => track.Solo);
      const set = (node, level) => node.gain.setTargetAtTime(level, context.currentTime, QUICK);
      for (const track of this.tracks) set(track.gain, track.Mute || (alone && !track.Solo) ? 0 : 1);
      set(this.all, this.player.muted ? 0 : this.player.volume);
    }
  }

  const fetched = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(await answer.text());
    return context.decodeAudioData(await answer.arrayBuffer());
  };

  const open = async (mixer, button) => {
    const said = mixer.querySelector("[role=status]");
    const strips = [...mixer.querySelectorAll("[data-stem]")];
    context ??= new AudioContext();
    button.disabled = true;
    said.textContent = "Taking the music apart …";
    try {
      await context.resume();
      const buffers = await Promise.all(strips.map((strip) => fetched(strip.dataset.stem)));
      mixer.deck = new Deck(mixer.closest(".i2m-card").querySelector("audio"), buffers);
      mixer.querySelector("ul").hidden = false;
      button.hidden = true;
      said.textContent = "The player above plays these stems together.";
      strips[0].querySelector("button").focus();
    } catch (problem) {
      said.textContent = problem.message;
      button.disabled = false;
    }
  };

  const flip = (mixer, button) => {
    const track = mixer.deck.tracks[[...mixer.querySelectorAll("[data-stem]")].indexOf(button.closest("[data-stem]"))];
    const kind = button.dataset.switch;
    track[kind] = !track[kind];
    button.setAttribute("aria-pressed", String(track[kind]));
    mixer.deck.balance();
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.(".i2m-mixer button");
    if (button) (button.dataset.switch ? flip : open)(button.closest(".i2m-mixer"), button);
  });
})();
